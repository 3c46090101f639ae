"""What who listens to a PDF would miss: by two checkers, and in the tags' order."""

import outloud
import pdfua
import pikepdf

# False alarms of outloud 0.2.1, each looked at on the pages that it names.
FALSE_ALARMS = {
    # It takes a running head for prose that is not read: it is no content, and says
    # what the headings say.
    "TAG-002",
    # It puts a paragraph's own text before what stands within: `out_of_order` below
    # follows the tags as a reader does.
    "ORD-001",
    # It takes "In [4]" beside code, which is content, for a running head.
    "PAG-001",
}


def found_by_checkers(path):
    """Return what two independent checkers find in a PDF, a line each."""
    heard, told = outloud.check(str(path)), pdfua.validate(str(path)).findings
    assert heard.error is None
    found = [f for f in heard.findings if f.rule not in FALSE_ALARMS]
    return [f"{f.rule}: {f.message}" for f in found] + [
        f"{f.rule_id}: {f.message}" for f in told
    ]


def out_of_order(path):
    """Return the pages on which tags are not read in the order of what they mark.

    Notes are left out: they are read where they are named, and stand at the foot.
    """
    with pikepdf.open(path) as document:
        numbers = {page.obj.objgen: n for n, page in enumerate(document.pages)}
        read = {number: [] for number in numbers.values()}
        _walk(document.Root.StructTreeRoot.K, None, numbers, read)
        painted = {n: _painted(document.pages[n]) for n in read}
        return [n for n in read if read[n] != [m for m in painted[n] if m in read[n]]]


def _walk(node, page, numbers, read):
    if isinstance(node, pikepdf.Array):
        for child in node:
            _walk(child, page, numbers, read)
    elif isinstance(node, int):
        read[numbers[page.objgen]].append(node)
    elif isinstance(node, pikepdf.Dictionary) and node.get("/S") != "/Note":
        page = node.get("/Pg", page)
        _walk(node.get("/MCID", node.get("/K", [])), page, numbers, read)


def _painted(page):
    marks = [m for m in pikepdf.parse_content_stream(page) if str(m.operator) == "BDC"]
    facts = [m.operands[1] for m in marks if len(m.operands) > 1]
    return [
        int(f.MCID) for f in facts if isinstance(f, pikepdf.Dictionary) and "/MCID" in f
    ]
