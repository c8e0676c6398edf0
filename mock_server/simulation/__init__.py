"""The simulation: a state that begins at the seed and changes as the rules say."""
