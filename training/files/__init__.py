"""Files of members.

file_names    how the files in a store are called
file_store    the folder or bucket in which a member puts files for others
run_files     the files of a run: first parameters, text, payloads, states
member_dir    the folder with what a member's process must not lose
"""
