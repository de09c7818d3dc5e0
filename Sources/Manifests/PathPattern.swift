/// A pattern for the names and paths of files, as in `.gitignore`: `*.yaml`, `charts/**`, `**/test/*.json`.
///
/// A pattern without a slash matches a name in any directory; one with a slash matches the path below the scanned directory.
/// `*` and `?` match anything but a slash, `**` any number of directories, `[a-z]` and `[!a-z]` one character.
package struct PathPattern: Sendable, Equatable {
    /// One part of a pattern.
    private enum Token: Equatable {
        case scalar(Unicode.Scalar)
        case anyScalar
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        /// Any text without a slash.
        case text
        /// Any text.
        case path
        /// Any number of whole directories.
        case directories
    }

    /// The text of the pattern.
    package let text: String
    private let tokens: [Token]
    private let isAboutName: Bool

    /// Parses a pattern; every text is valid.
    package init(_ text: String) {
        self.text = text
        var scalars = Array(text.unicodeScalars)[...]
        if scalars.starts(with: ["." as Unicode.Scalar, "/"]) { scalars = scalars.dropFirst(2) }
        if scalars.count > 1, scalars.last == "/" { scalars = scalars.dropLast() }
        isAboutName = !scalars.contains("/")
        if scalars.first == "/" { scalars = scalars.dropFirst() }
        tokens = Self.tokens(of: scalars)
    }

    /// Whether the pattern matches a path below the scanned directory; linear in the product of both lengths.
    package func matches(_ path: String) -> Bool {
        let name = isAboutName ? path.unicodeScalars.split(separator: "/").last.map { Array($0) } ?? [] : Array(path.unicodeScalars)
        var states = [Bool](repeating: false, count: tokens.count + 1)
        states[0] = true
        skipOptional(&states, atSegmentStart: true)
        for scalar in name {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for (index, token) in tokens.enumerated() where states[index] {
                switch token {
                case .scalar, .anyScalar, .oneOf: if Self.fits(scalar, token) { next[index + 1] = true }
                case .text: if scalar != "/" { next[index] = true }
                case .path, .directories: next[index] = true
                }
            }
            states = next
            skipOptional(&states, atSegmentStart: scalar == "/")
        }
        return states[tokens.count]
    }

    /// Advances past parts that can match nothing.
    private func skipOptional(_ states: inout [Bool], atSegmentStart: Bool) {
        for (index, token) in tokens.enumerated() where states[index] {
            switch token {
            case .text, .path: states[index + 1] = true
            case .directories: if atSegmentStart { states[index + 1] = true }
            case .scalar, .anyScalar, .oneOf: break
            }
        }
    }

    private static func fits(_ scalar: Unicode.Scalar, _ token: Token) -> Bool {
        switch token {
        case .scalar(let wanted): scalar == wanted
        case .anyScalar: scalar != "/"
        case .oneOf(let ranges, let isNegated): scalar != "/" && ranges.contains { $0.contains(scalar) } != isNegated
        case .text, .path, .directories: false
        }
    }

    private static func tokens(of scalars: ArraySlice<Unicode.Scalar>) -> [Token] {
        var tokens: [Token] = []
        var rest = scalars
        while let first = rest.first {
            let isSegmentStart = tokens.isEmpty || tokens.last == .scalar("/") || tokens.last == .directories
            if rest.starts(with: ["*", "*", "/"]), isSegmentStart {
                tokens.append(.directories)
                rest = rest.dropFirst(3)
            } else if rest.starts(with: ["*", "*"]) {
                tokens.append(.path)
                rest = rest.dropFirst(2)
            } else if first == "[", let (token, count) = oneOf(rest) {
                tokens.append(token)
                rest = rest.dropFirst(count)
            } else {
                tokens.append(first == "*" ? .text : first == "?" ? .anyScalar : .scalar(first))
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    /// Parses `[a-z_]`; `nil` if the bracket is not closed, so that it only matches itself.
    private static func oneOf(_ scalars: ArraySlice<Unicode.Scalar>) -> (token: Token, count: Int)? {
        var body = scalars.dropFirst()
        let isNegated = body.first == "!" || body.first == "^"
        if isNegated { body = body.dropFirst() }
        // A closing bracket right after the opening one matches itself.
        guard let end = body.dropFirst().firstIndex(of: "]") else { return nil }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var rest = body[..<end]
        while let low = rest.popFirst() {
            guard rest.first == "-", let high = rest.dropFirst().first, high >= low else {
                ranges.append(low...low)
                continue
            }
            ranges.append(low...high)
            rest = rest.dropFirst(2)
        }
        return (.oneOf(ranges, isNegated: isNegated), end - scalars.startIndex + 1)
    }
}
