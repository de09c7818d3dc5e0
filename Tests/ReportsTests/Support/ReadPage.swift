/// A page, read as strictly as an XML parser would read it: each element is closed, and each value of an attribute is quoted.
struct ReadPage {
    /// A page that is not well formed.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// An element without its content.
    struct Element: Equatable {
        let name: String
        let attributes: [String: String]
        /// The text in the element and in those within it, with character references resolved.
        var text = ""
    }

    /// Elements that have no end tag.
    private static let voidNames: Set<String> = ["meta", "link", "input", "br", "wbr"]
    /// Elements whose content is no markup.
    private static let rawNames: Set<String> = ["style", "script"]

    /// The elements in the order of their start tags.
    private(set) var elements: [Element] = []

    /// Reads a page.
    init(_ page: String) throws {
        var rest = Substring(page)
        guard rest.hasPrefix("<!DOCTYPE html>\n") else { throw Fault(description: "no DOCTYPE") }
        rest = rest.dropFirst("<!DOCTYPE html>\n".count)
        var open: [Int] = []
        while let start = rest.firstIndex(of: "<") {
            let text = try Self.resolved(rest[..<start])
            for index in open { elements[index].text += text }
            guard let end = rest[start...].firstIndex(of: ">") else { throw Fault(description: "tag without end") }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard let index = open.popLast(), elements[index].name == tag.dropFirst() else { throw Fault(description: "stray \(tag)") }
                continue
            }
            elements.append(try Self.element(tag))
            let name = elements[elements.count - 1].name
            if Self.voidNames.contains(name) || tag.hasSuffix("/") { continue }
            open.append(elements.count - 1)
            guard Self.rawNames.contains(name), let range = rest.firstRange(of: "</\(name)>") else { continue }
            elements[elements.count - 1].text = String(rest[..<range.lowerBound])
            rest = rest[range.lowerBound...]
        }
        guard open.isEmpty else { throw Fault(description: "open: \(open.map { elements[$0].name })") }
    }

    /// Returns the elements with a name, and with a class if one is given.
    func elements(_ name: String, class className: String? = nil) -> [Element] {
        elements.filter { element in
            guard element.name == name else { return false }
            return className.map { (element.attributes["class"] ?? "").split(separator: " ").contains(Substring($0)) } ?? true
        }
    }

    /// Reads the inside of a start tag.
    private static func element(_ tag: Substring) throws -> Element {
        var rest = tag.hasSuffix("/") ? tag.dropLast() : tag
        let name = rest.prefix { $0 != " " }
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { throw Fault(description: "<\(tag)>") }
        rest = rest.dropFirst(name.count)
        var attributes: [String: String] = [:]
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: #/ ([a-zA-Z-]+)(?:="([^"<]*)")?/#) else { throw Fault(description: "<\(tag)>") }
            attributes[String(match.1)] = try resolved(match.2 ?? "")
            rest = rest[match.range.upperBound...]
        }
        return Element(name: String(name), attributes: attributes)
    }

    /// Resolves character references.
    private static func resolved(_ text: Substring) throws -> String {
        let known = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]
        guard !text.contains(">") else { throw Fault(description: "stray > in \(text)") }
        return try text.replacing(/&[^;]*;?/) { match in
            guard let character = known[String(match.0)] else { throw Fault(description: "reference \(match.0)") }
            return character
        }.description
    }
}
