"""The README's picture: the app's first board on the demo's store, as SVG without anything from outside.

Run as `python -m tests.tui.picture STORE FILE`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from carecli import config
from carecli.cli.asking import Asking
from carecli.cli.desk import StoreDesk
from carecli.demo import SAMPLE_END, SAMPLE_ZONE
from carecli.tui.app import CareApp
from tests.tui.driving import settled


async def draw(store: str, target: Path) -> None:
    now = int(SAMPLE_END.timestamp())
    asked = Asking(config.load(store=store, tz=SAMPLE_ZONE), now, SAMPLE_ZONE, {})
    app = CareApp(StoreDesk(asked, live=lambda: now, remembers=False), title="Larkfield Home Energy", banner=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        svg = re.sub(r"@font-face \{.*?\}", "", app.export_screenshot(title="carecli"), flags=re.DOTALL)
    target.parent.mkdir(exist_ok=True)
    target.write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw(sys.argv[1], Path(sys.argv[2])))
