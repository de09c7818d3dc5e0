# Prints Swift sources as "FILE:LINE:CODE", with the inside of strings and comments left out, so that a grep sees code only.
# A documentation comment is kept as its three slashes. Interpolations are code. Usage: awk -f swift-code.awk FILE...

function push(kind, hashes) { top++; mode[top] = kind; hash[top] = hashes; parens[top] = 0 }

# The number of "#" from position i on.
function hashesAt(text, i,    n) { n = 0; while (substr(text, i + n, 1) == "#") n++; return n }

FNR == 1 { top = 0; push("code", 0) }

{
    line = $0; length_ = length(line); out = ""; i = 1
    if (mode[top] == "string") top--                      # an unfinished one-line string ends with its line
    while (i <= length_) {
        c = substr(line, i, 1); kind = mode[top]
        if (kind == "comment") {
            two = substr(line, i, 2)
            if (two == "*/") { top--; i += 2 } else if (two == "/*") { push("comment", 0); i += 2 } else i++
        } else if (kind == "code") {
            if (c == "/" && substr(line, i, 2) == "//") {
                if (substr(line, i, 3) == "///") out = out "///"
                break
            }
            if (c == "/" && substr(line, i, 2) == "/*") { push("comment", 0); i += 2; continue }
            n = (c == "#") ? hashesAt(line, i) : 0
            if (substr(line, i + n, 3) == "\"\"\"") { push("text", n); out = out "\"\""; i += n + 3; continue }
            if (substr(line, i + n, 1) == "\"") { push("string", n); out = out "\"\""; i += n + 1; continue }
            if (top > 1 && c == "(") parens[top]++
            if (top > 1 && c == ")" && --parens[top] == 0) { top--; i++; continue }
            out = out c; i++
        } else {                                            # inside a string
            n = hash[top]
            if (c == "\\" && hashesAt(line, i + 1) >= n) {
                if (substr(line, i + 1 + n, 1) == "(") { push("code", 0); parens[top] = 1 }
                i += n + 2
            } else if (kind == "string" && c == "\"" && hashesAt(line, i + 1) >= n) { top--; i += n + 1 }
            else if (kind == "text" && substr(line, i, 3) == "\"\"\"" && hashesAt(line, i + 3) >= n) { top--; i += n + 3 }
            else i++
        }
    }
    print FILENAME ":" FNR ":" out
}
