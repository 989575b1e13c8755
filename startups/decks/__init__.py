"""From an uploaded file to one that may be shown: the gate, page images, the virus scanner. Pure: no Django.

Whatever reads a file that a stranger sent runs in a child process with little memory, little time and no network
(`python -m startups.decks`); `sandbox.run` starts it and believes only a short, checked report.
"""
