"""The experiments: each takes one kind of claim, asks the target what shows it, and puts the evidence down."""
