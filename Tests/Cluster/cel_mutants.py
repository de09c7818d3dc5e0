"""Changed CEL expressions, each with one small fault."""

import copy
import dataclasses
import re

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+)|(?P<word>[A-Za-z_]\w*)|(?P<operator>&&|\|\||[=!<>]=|[-+<>!?:])|(?P<other>\s+|.)""",
    re.DOTALL,
)
SWAPS = {"&&": "||", "||": "&&", "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "!": "", "+": "-"}
WORDS = {"true": "false", "false": "true", "all": "exists", "exists": "all"}
# Literals that predicates compare with; texts of messages have spaces.
PLAIN = re.compile(r"['\"][\w./*@:-]+['\"]$")


@dataclasses.dataclass
class Change:
    """One changed token of an expression, and where it is."""

    policy: str
    place: str
    expression: str
    begin: int
    old: str
    new: str

    @property
    def before(self):
        """The expression before the token."""
        return self.expression[: self.begin]

    @property
    def after(self):
        """The expression after the token."""
        return self.expression[self.begin + len(self.old) :]

    @property
    def mutant(self):
        """The changed expression."""
        return self.before + self.new + self.after

    def __str__(self):
        around = f"{self.before[-60:]}[{self.old} -> {self.new}]{self.after[:60]}".replace("\n", " ")
        return f"{self.policy} {self.place}: {around}"


def changes(expression, known, policy, place):
    """The changes of one token of an expression."""
    tokens = list(TOKEN.finditer(expression))
    for index, token in enumerate(tokens):
        replacement = changed(token, tokens, index, known)
        if replacement is None:
            continue
        yield Change(policy, place, expression, token.start(), token[0], replacement)


def changed(token, tokens, index, known):
    """The replacement of a token, or `None` if it stays."""
    text = token[0]
    if token.lastgroup == "number":
        return None if tokens[index - 1][0] in ("'", '"') else str(int(text) + 1)
    if token.lastgroup == "string":
        if not PLAIN.match(text) or text[1:-1] in known:
            return None
        # One more character would often change nothing in the key of a rule, of which the others are looked for as well.
        return text[0] + text[-1] if len(text) == 3 else f"{text[:-1]}_{text[-1]}"
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
        place = f"{key}.{spec[key][index].get('name', field)}"
        for change in changes(spec[key][index][field], known, policy["metadata"]["name"], place):
            mutant = copy.deepcopy(policy)
            mutant["spec"][key][index][field] = change.mutant
            found.append((change, mutant))
    return found
