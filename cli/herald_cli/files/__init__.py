"""Recipient files as people have them: what a file is, which column is which, and what stands in each cell.

    tables   any file -> rows of text cells, and one sentence about how the file was read
    phones   a cell -> a number in E.164 form, or the cause why it is none
    columns  a header -> the column of the numbers, and the variables
    seen     which person came before, for any number of rows

Nothing here knows the API or a terminal.

fit   whether the columns of a file and the variables of a text belong together
text  which encoding and which separator a text file has
"""
