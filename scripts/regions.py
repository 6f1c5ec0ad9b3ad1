"""Prints cfn-lint's data on the regions of the partition aws as JSON, for scripts/regions.mjs."""

import json
import re
from importlib.metadata import version
from pathlib import Path

import cfnlint

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
OTHER_PARTITION = re.compile(r"^(cn|us-gov|[a-z]+-iso[a-z]*|eusc)-")
ARM64 = re.compile(r"^([a-z]+\d+g[a-z]*)\.")


def main() -> None:
    date = json.loads((SCHEMAS / "version.json").read_text())["schema_date"][:10]
    instances = json.loads((SCHEMAS / "extensions/aws_ec2_instance/instancetype_enum.json").read_text())
    regions = {}
    for file in sorted((SCHEMAS / "providers").glob("*-*.json")):
        region = file.stem
        if OTHER_PARTITION.match(region):
            continue
        found = (ARM64.match(name) for name in instances[region]["enum"])
        regions[region] = {
            "types": sorted(json.loads(file.read_text())),
            "arm64": " ".join(sorted({match[1] for match in found if match})),
        }
    print(json.dumps({"source": f"cfn-lint {version('cfn-lint')} of {date}", "regions": regions}))


main()
