"""Spreadsheets of the cells that a test gives."""

import io
from typing import Any

import openpyxl
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P


def xlsx(*cells: list[Any], title: str = "Sheet1", top: int = 0) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for _ in range(top):
        sheet.append([])
    for each in cells:
        sheet.append(each)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods(*cells: list[str]) -> bytes:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Kontakte")
    for each in cells:
        row = TableRow()
        for text in each:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()
