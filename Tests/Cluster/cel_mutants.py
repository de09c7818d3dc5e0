"""Changed CEL expressions, each with one small fault."""

import copy
import re

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+)|(?P<word>[A-Za-z_]\w*)|(?P<operator>&&|\|\||[=!<>]=|[-+<>!?:])|(?P<other>\s+|.)""",
    re.DOTALL,
)
SWAPS = {"&&": "||", "||": "&&", "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "!": "", "+": "-"}
WORDS = {"true": "false", "false": "true", "all": "exists", "exists": "all"}
# Literals that predicates compare with; texts of messages have spaces.
PLAIN = re.compile(r"['\"][\w./*@:-]+['\"]$")


def sites(expression, known):
    """The changes of one token of an expression, as new expressions with what was changed."""
    tokens = list(TOKEN.finditer(expression))
    for index, token in enumerate(tokens):
        replacement = changed(token, tokens, index, known)
        if replacement is None:
            continue
        start, end = token.span()
        around = f"{expression[max(0, start - 60) : start]}[{token[0]} -> {replacement}]{expression[end : end + 60]}".replace("\n", " ")
        yield around, expression[:start] + replacement + expression[end:]


def changed(token, tokens, index, known):
    """The replacement of a token, or `None` if it stays."""
    text = token[0]
    if token.lastgroup == "number":
        return None if tokens[index - 1][0] in ("'", '"') else str(int(text) + 1)
    if token.lastgroup == "string":
        is_compared = PLAIN.match(text) and text[1:-1] not in known
        return f"{text[:-1]}_{text[-1]}" if is_compared else None
    if token.lastgroup == "word":
        return WORDS.get(text)
    if token.lastgroup == "operator":
        if text in "+-":
            # Between texts a minus does not compile, so only sums of numbers change.
            return {"+": "-", "-": "+"}[text]
        return SWAPS.get(text)
    return None


def mutants_of(policy, known):
    """The changed copies of a ValidatingAdmissionPolicy, with what was changed in each."""
    spec = policy["spec"]
    places = [("variables", index, "expression") for index in range(len(spec.get("variables", [])))]
    places += [("matchConditions", index, "expression") for index in range(len(spec.get("matchConditions", [])))]
    for index, validation in enumerate(spec["validations"]):
        places += [("validations", index, key) for key in ("expression", "messageExpression") if key in validation]
    found = []
    for key, index, field in places:
        for around, expression in sites(spec[key][index][field], known):
            mutant = copy.deepcopy(policy)
            mutant["spec"][key][index][field] = expression
            name = spec[key][index].get("name", str(index))
            found.append((f"{policy['metadata']['name']} {key}.{name}: {around}", mutant))
    return found
