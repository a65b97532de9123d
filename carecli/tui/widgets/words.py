"""Text on a page, never read as markup."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Words(Static):
    """Equal words are not drawn again. A line of fixed height needs no new layout either."""

    def __init__(self, text: str = "", *, widget_id: str | None = None, classes: str = "", line: bool = True) -> None:
        """`line`: its height never depends on its words."""
        self._said = Content(text)
        self._line = line
        super().__init__(self._said, id=widget_id, classes=classes, markup=False)

    def say(self, words: Content | str) -> None:
        """Replace the words."""
        content = words if isinstance(words, Content) else Content(words)
        if not content.is_same(self._said):
            self._said = content
            self.update(content, layout=not self._line)
