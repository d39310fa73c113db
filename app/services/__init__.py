"""What a desk can do and ask: one module a noun, one function a verb.

A verb takes the `Work` it is done in and refuses, or does it; who acts and when stand in the work.
"""
