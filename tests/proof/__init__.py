"""The proof of the contract suite: for every claim a liar, and honest targets that differ where the docs are silent.

`liars.of_claim` makes targets that break one claim each, from the claim alone; `honest.variants` makes targets that
break none. All of them are the mock, driven by altered rules or with a layer in front of it. `python -m tests.proof`
lets the suite judge each of them over HTTP, and prints which ones it saw through.
"""
