"""Export of what is shown: the board, narrowed by the filter, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from carecli.boards.board import AnyBoard
from carecli.errors import CareError
from carecli.text import slug
from carecli.tui import crash
from carecli.tui.app import CareApp
from carecli.tui.themes import TONES

CHOICES: Final = (
    ("t", "text", "Text, as on paper"),
    ("m", "md", "Markdown, for a wiki or a chat"),
    ("h", "html", "HTML, one file that loads nothing"),
    ("c", "csv", "CSV, a row a figure"),
    ("j", "json", "JSON, for programs"),
)


class ExportScreen(ModalScreen[None]):
    """One key chooses the format; the file goes into the folder the app was started in, or the one that is set."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "close", key_display="esc"),
        *(Binding(key, f"write('{output}')", words) for key, output, words in CHOICES),
    ]
    app = getters.app(CareApp)

    def __init__(self, board: AnyBoard, filter_text: str) -> None:
        super().__init__()
        self.board = board
        self.words = tuple(filter_text.split())

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(self._choices(), markup=False)
        yield Static("esc back", id="sheet-keys", markup=False)

    def _choices(self) -> Content:
        title = Content.styled(f"Export {self.board.header.title} to {self.app.export_folder}", "bold")
        lines = [Content.assemble((f" {key} ", TONES["accent"]), f" {words}") for key, _, words in CHOICES]
        return Content("\n").join([title, Content(""), *lines])

    def action_write(self, output: str) -> None:
        """Write the file and say where it is; an older one of that name is replaced as a whole."""
        from carecli.files import write_whole
        from carecli.render.formats import file_bytes

        path = self.app.export_folder / file_name(self.board, output)
        try:
            write_whole(path, file_bytes(self.board, output, self.words))
            said = f"written: {path}"
        except CareError as problem:
            said = str(crash.reason(problem))
        self.app.pop_screen()
        self.app.say(said)


def file_name(board: AnyBoard, output: str) -> Path:
    """`backlog-2025-05-13T0845.html`: the same board at the same moment has the same name."""
    from carecli.render.formats import ENDINGS

    header = board.header
    return Path(f"{slug(header.board)}-{header.as_of:%Y-%m-%dT%H%M}.{ENDINGS[output]}")
