# Reports declarations that other files can see and that have no documentation comment: `package` and internal ones, not private ones and not those
# inside functions. Reads the output of swift-code.awk. Fails if there is a finding.
#
# These need no comment: extensions, `deinit`, the cases of an enumeration (they have no access level of their own), the members that a conformance to a standard protocol prescribes (listed in
# `isPrescribed`), and an argument-parser property, whose help text is its documentation.

function isPrescribed(text) {
    return text ~ /^(static )?func (==|<|hash\()/ || text ~ /^var (description|debugDescription|errorDescription): String/
}

# Removes attributes (`@name` with or without one pair of parentheses) and modifiers from the front of a declaration.
function withoutPrefix(text) {
    while (sub(/^@[A-Za-z_.]+(\([^()]*(\([^()]*\)[^()]*)*\))? */, "", text)) {}
    while (sub(/^(package|public|internal|open|static|final|mutating|nonmutating|consuming|borrowing|override|convenience|required|lazy|weak|nonisolated|indirect|unsafe|class|async|dynamic|isolated|private\(set\)|fileprivate\(set\)|package\(set\)|internal\(set\)|nonisolated\(unsafe\)|unowned(\([a-z]*\))?) +/, "", text)) {}
    return text
}

function count(text, character,    n, copy) { copy = text; n = gsub(character, "", copy); return n }

function reset() { depth = 0; documented = 0; attribute = 0; pending = ""; signature = 0 }

{
    match($0, /^[^:]*:[0-9]+:/)
    place = substr($0, 1, RLENGTH - 1); code = substr($0, RLENGTH + 1)
    file = place; sub(/:[0-9]+$/, "", file)
    if (file != current) { current = file; reset() }
    sub(/^[ \t]+/, "", code); sub(/[ \t]+$/, "", code)
    if (code == "") next                                    # blank, or an ordinary comment such as "// Safety: …"
    if (code ~ /^\/\/\//) { documented = 1; next }
    if (code ~ /^#(if|else|elseif|endif)/) next

    # An attribute on lines of its own belongs to the declaration after it.
    if (attribute > 0) {
        if (code ~ /help: ""/ || code ~ /help: ArgumentHelp/) documented = 1
        attribute += count(code, "\\(") - count(code, "\\)")
        if (attribute > 0 || code ~ /^\)$/) next
        sub(/^.*\) */, "", code)
        if (code == "") next
    } else if (code ~ /^@/) {
        if (code ~ /^@(Option|Flag|Argument|OptionGroup)/ && (code ~ /help: / || code ~ /^@OptionGroup/)) documented = 1
        if (count(code, "\\(") > count(code, "\\)")) { attribute = count(code, "\\(") - count(code, "\\)"); next }
        if (withoutPrefix(code) == "") next
    }

    open = 1
    for (i = 1; i <= depth; i++) if (block[i] != "type") open = 0
    if (open && signature <= 0) {
        hidden = (code ~ /(^|[ )])(private|fileprivate) /)
        text = withoutPrefix(code)
        if (code ~ /(^| )class [A-Z]/) text = "class " text
        isType = (text ~ /^(struct|enum|class|actor|protocol|extension) /)
        isMember = (text ~ /^(func |var |let |typealias |associatedtype |subscript[(<]|init[?(<!])/)
        if (hidden) { if (isType) pending = "private" }
        else if (isType) pending = "type"
        else if (isMember) pending = ""
        if (!hidden && !documented && !isPrescribed(text) && (isMember || (isType && text !~ /^extension /))) {
            print place ": no documentation comment: " code
            found++
        }
        if (isMember || isType) signature = 0
    }
    documented = 0
    signature += count(code, "\\(") - count(code, "\\)")
    if (!open) signature = 0

    n = length(code)
    for (i = 1; i <= n; i++) {
        character = substr(code, i, 1)
        if (character == "{") { block[++depth] = (pending != "") ? pending : "body"; pending = ""; signature = 0 }
        else if (character == "}" && depth > 0) { depth--; signature = 0 }
    }
}

END { exit found > 0 }
