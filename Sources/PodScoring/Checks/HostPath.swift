/// A path on the node, read as the kernel would: `.`, `..`, doubled and trailing slashes are resolved, links are not.
///
/// A relative or empty path counts from the root, the working directory of a kubelet. Reading takes time in proportion to the text and
/// keeps just the first components, which are all that the paths of our rules have.
struct HostPath: Sendable {
    /// The components that are kept.
    private static let componentLimit = 8
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// The number of components that are left once the path is resolved.
    private let depth: Int
    /// The first components, up to the limit.
    private let components: [Substring.UTF8View]

    /// Resolves a path as a manifest spells it.
    init(_ text: String) {
        var depth = 0
        Self.visitComponentsFromEnd(of: text) { _ in depth += 1 }
        var position = depth
        var components: [Substring.UTF8View] = []
        Self.visitComponentsFromEnd(of: text) { component in
            position -= 1
            if position < Self.componentLimit { components.append(component) }
        }
        self.depth = depth
        self.components = components.reversed()
    }

    /// Whether this is the root directory.
    var isRoot: Bool { depth == 0 }

    /// Tells whether this is the path of a file or directory, or a directory that holds it.
    func isAtOrAbove(_ path: HostPath) -> Bool {
        depth <= path.depth && sharesComponents(with: path)
    }

    /// Tells whether this is the path of a directory, or of something in it.
    func isAtOrBelow(_ path: HostPath) -> Bool {
        depth >= path.depth && sharesComponents(with: path)
    }

    /// Tells whether one path goes on where the other one ends, as far as components are kept.
    private func sharesComponents(with path: HostPath) -> Bool {
        zip(components, path.components).allSatisfy { $0.elementsEqual($1) }
    }

    /// Visits the components of the resolved path, the last one first.
    private static func visitComponentsFromEnd(of text: String, _ visit: (Substring.UTF8View) -> Void) {
        var rest = Substring(text).utf8
        var skipped = 0
        while !rest.isEmpty {
            let start = rest.lastIndex(of: slash).map { rest.index(after: $0) } ?? rest.startIndex
            let component = rest[start...]
            switch component.allSatisfy({ $0 == dot }) ? component.count : .max {
            case 0, 1: break
            case 2: skipped += 1
            default: if skipped > 0 { skipped -= 1 } else { visit(component) }
            }
            rest = start == rest.startIndex ? rest[..<start] : rest[..<rest.index(before: start)]
        }
    }
}
