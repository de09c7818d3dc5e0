/// A path on the node, read as the kernel would: `.`, `..`, doubled and trailing slashes are resolved, links are not.
///
/// A relative or empty path counts from the root, the working directory of a kubelet. Reading walks the text from its end and
/// allocates nothing.
struct HostPath {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Tells whether this is the path of a file or directory, or a directory that holds it; the other path is in its simplest form.
    func isAtOrAbove(_ path: String) -> Bool {
        matchesFirstComponents(of: path, atLeast: 0) && depth <= Self.depth(of: path)
    }

    /// Tells whether this is the path of a directory, or of something in it; the other path is in its simplest form.
    func isAtOrBelow(_ path: String) -> Bool {
        matchesFirstComponents(of: path, atLeast: Self.depth(of: path))
    }

    /// Whether this is the root directory.
    var isRoot: Bool { depth == 0 }
}

extension HostPath {
    /// The number of components that are left once the path is resolved.
    private var depth: Int {
        var depth = 0
        visitComponentsFromEnd { _ in depth += 1 }
        return depth
    }

    /// The number of components of a path in its simplest form.
    private static func depth(of path: String) -> Int {
        path.utf8.count { $0 == slash }
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// Tells whether the components that both paths have are the same, and this one has at least so many.
    private func matchesFirstComponents(of path: String, atLeast minimum: Int) -> Bool {
        var position = depth
        guard position >= minimum else { return false }
        var isEqual = true
        visitComponentsFromEnd { component in
            position -= 1
            guard let other = Self.component(at: position, of: path) else { return }
            isEqual = isEqual && component.elementsEqual(other)
        }
        return isEqual
    }

    /// Finds a component of a path in its simplest form; `nil` behind the last one.
    private static func component(at position: Int, of path: String) -> Substring.UTF8View? {
        var rest = Substring(path).utf8.dropFirst()
        for _ in 0..<position {
            guard let end = rest.firstIndex(of: slash) else { return nil }
            rest = rest[rest.index(after: end)...]
        }
        return rest.prefix { $0 != slash }
    }

    /// Visits the components of the resolved path, the last one first.
    private func visitComponentsFromEnd(_ visit: (Substring.UTF8View) -> Void) {
        var rest = Substring(text).utf8
        var skipped = 0
        while !rest.isEmpty {
            let start = rest.lastIndex(of: Self.slash).map { rest.index(after: $0) } ?? rest.startIndex
            let component = rest[start...]
            if component.elementsEqual([Self.dot, Self.dot]) {
                skipped += 1
            } else if !component.isEmpty, !component.elementsEqual(CollectionOfOne(Self.dot)) {
                if skipped > 0 { skipped -= 1 } else { visit(component) }
            }
            rest = start == rest.startIndex ? rest[..<start] : rest[..<rest.index(before: start)]
        }
    }
}
