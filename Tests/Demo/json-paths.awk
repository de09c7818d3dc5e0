# Prints each scalar of a JSON document as "PATH<tab>VALUE", one a line, strings unescaped: .response.warnings[0]<tab>text.
# Enough to show an answer of our own server without another tool; not a validator.

# Moves on to the next character that is not white space, and gives it.
function next_(    c) {
    while ((c = substr(text, at, 1)) ~ /[ \t\r\n]/) at++
    return c
}

function string(    value, c) {
    value = ""
    for (at++; (c = substr(text, at, 1)) != "\"" && at <= length_; at++) {
        if (c == "\\") {
            c = substr(text, ++at, 1)
            if (c ~ /[nrt]/) c = " "
            else if (c == "u") { c = unicode(substr(text, at + 1, 4)); at += 4 }
        }
        value = value c
    }
    at++
    return value
}

# ASCII only; anything else stays as it was written.
function unicode(hex,    i, n) {
    n = 0
    for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
    return (n >= 32 && n < 127) ? sprintf("%c", n) : "\\u" hex
}

function value(path,    i, name, start) {
    start = next_()
    if (start == "{") {
        at++
        while (next_() == "\"") {
            name = string()
            if (next_() == ":") at++
            value(path "." name)
            if (next_() == ",") at++
        }
        at++
    } else if (start == "[") {
        at++
        for (i = 0; next_() != "]" && at <= length_; i++) {
            value(path "[" i "]")
            if (next_() == ",") at++
        }
        at++
    } else if (start == "\"") {
        print path "\t" string()
    } else if (match(substr(text, at), /^[^],} \t\r\n]+/)) {
        print path "\t" substr(text, at, RLENGTH)
        at += RLENGTH
    } else {
        at = length_ + 1
    }
}

{ text = text $0 "\n" }
END { length_ = length(text); at = 1; value("") }
