"""Recipient files as people have them: the kind of a file, its columns, and its cells.

    tables   any file -> rows of text cells, and one sentence about how the file was read
    phones   a cell -> a number in E.164 form, or why it is not a number
    columns  a header -> the column of the numbers, and the variables
    seen     the people of earlier rows, for any number of rows

Nothing here knows the API or a terminal.

fit   compares the columns of a file with the variables of a text
text  the encoding and the separator of a text file
"""
