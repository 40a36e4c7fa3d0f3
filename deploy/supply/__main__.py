"""What all of this is made of, in CycloneDX, and whether a fault of it is known.

    python -m deploy.supply sbom          a file for each lock, and for the built site
    python -m deploy.supply scan          asks the first scanner that is installed about them

Exit code 2 of `scan`: there is no scanner; 1: it found something, or could not look.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.local.locked import LockError
from deploy.shared.config import ROOT
from deploy.supply import bills, scanners

OUT = ROOT / "dist" / "sbom"
EXIT_FAILED, EXIT_NO_SCANNER = 1, 2


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.supply",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the bills (dist/sbom)")
    parser.add_argument("--site", type=Path, default=ROOT / "site" / "dist", help="the built site")
    commands = parser.add_subparsers(required=True, metavar="sbom|scan")
    commands.add_parser("sbom", help="write them").set_defaults(run=_sbom)
    commands.add_parser("scan", help="write them, and have them looked at").set_defaults(run=_scan)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (LockError, bills.BillError) as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130


def _sbom(options: argparse.Namespace) -> int:
    for path, components in bills.write(options.out, options.site):
        print(f"{path}  {components} components", flush=True)
    return 0


def _scan(options: argparse.Namespace) -> int:
    scanner = scanners.installed()
    if scanner is None:
        names = ", ".join(each.name for each in scanners.KNOWN)
        print(f"No scanner is installed: put one of {names} on PATH.", file=sys.stderr)
        return EXIT_NO_SCANNER
    _sbom(options)
    faulty = scanners.look(scanner, sorted(options.out.glob(f"*{bills.SUFFIX}")))
    if faulty:
        print(f"{scanner.name} finds something in {', '.join(faulty)}.", file=sys.stderr)
    return EXIT_FAILED if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
