/// A path on the node, read as the kernel would: `.`, `..`, doubled and trailing slashes are resolved, links are not.
///
/// A relative or empty path counts from the root, the working directory of a kubelet. A path that is too long for the kernel counts as the
/// root itself: nobody needs one, and reading it to the end would take longer than decoding it. Only the first components are kept, which
/// are all that the paths of our rules have.
struct HostPath: Sendable {
    /// The components that are kept.
    private static let componentLimit = 8
    /// The longest path that is read, in bytes: `PATH_MAX` of Linux.
    private static let byteLimit = 4_096
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// The number of components that are left once the path is resolved.
    private let depth: Int
    /// The first components, up to the limit.
    private let components: [Substring.UTF8View]

    /// Takes a path as written.
    init(_ text: String) {
        var depth = 0
        var ranges: [Range<Int>] = []
        if text.utf8.count <= Self.byteLimit {
            Self.visitComponents(of: text.utf8.span) { range, dotCount in
                switch dotCount {
                case 1: return
                case 2: depth = max(0, depth - 1)
                default:
                    if depth < Self.componentLimit {
                        ranges.removeLast(ranges.count - min(depth, ranges.count))
                        ranges.append(range)
                    }
                    depth += 1
                }
            }
        }
        self.depth = depth
        let bytes = Substring(text).utf8
        components = ranges.prefix(depth).map { bytes.dropFirst($0.lowerBound).prefix($0.count) }
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

    /// Visits the components, the first one first; `dotCount` is the component's length where it is all dots, else 0.
    @inline(__always)
    private static func visitComponents(of bytes: Span<UInt8>, _ visit: (_ range: Range<Int>, _ dotCount: Int) -> Void) {
        var start = 0
        while start < bytes.count {
            var end = start
            var dotCount = 0
            while end < bytes.count, bytes[end] != slash {
                if bytes[end] == dot { dotCount += 1 }
                end += 1
            }
            if end > start { visit(start..<end, dotCount == end - start ? dotCount : 0) }
            start = end + 1
        }
    }
}
