"""Generated ARM templates of any size: what people write for directories and vaults, among much else."""

from __future__ import annotations

import json
from pathlib import Path

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_SCRIPT = "Install-WindowsFeature AD-Domain-Services; " * 100


def write_templates(folder: Path, *, templates: int, resources: int) -> int:
    """Write that many templates of that many resources, each with a parameter file. Gives the bytes of the templates."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(templates):
        text = json.dumps(_template(resources), indent=2)
        (folder / f"t{number:03}.json").write_text(text, encoding="utf-8")
        given = {"prefix": {"value": f"p{number}"}, "count": {"value": 3}}
        held = {
            "$schema": _SCHEMA.replace("deploymentTemplate", "deploymentParameters"),
            "contentVersion": "1.0.0.0",
            "parameters": given,
        }
        (folder / f"t{number:03}.parameters.json").write_text(json.dumps(held), encoding="utf-8")
        size += len(text)
    return size


def _template(resources: int) -> dict[str, object]:
    return {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {
            "prefix": {"type": "string"},
            "count": {"type": "int", "defaultValue": 2},
            "location": {"type": "string", "defaultValue": "westeurope"},
        },
        "variables": {
            "names": {
                "copy": [{"name": "all", "count": 20, "input": "[format('{0}-{1}', parameters('prefix'), copyIndex('all'))]"}]
            }
        },
        "resources": [_resource(index) for index in range(resources)],
    }


def _resource(index: int) -> dict[str, object]:
    if index % 5 == 0:
        return {
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": f"[concat(variables('names').all[{index % 20}], '{index}')]",
            "location": "[parameters('location')]",
            "tags": {"note": _SCRIPT},
            "properties": {
                "enableSoftDelete": True,
                "enablePurgeProtection": "[greater(parameters('count'), 1)]",
                "tenantId": "[subscription().tenantId]",
            },
        }
    return {
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "apiVersion": "2023-09-01",
        "name": f"[format('{{0}}-vm{index}/script', parameters('prefix'))]",
        "dependsOn": [f"[resourceId('Microsoft.Compute/virtualMachines', format('{{0}}-vm{index}', parameters('prefix')))]"],
        "properties": {"publisher": "Microsoft.Compute", "type": "CustomScriptExtension", "settings": {"script": _SCRIPT}},
    }
