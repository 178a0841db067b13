"""The face: what users touch, the in-process Devnet, the command line and the testing tools."""
