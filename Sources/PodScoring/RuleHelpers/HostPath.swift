/// A path on the node, cleaned as the kernel reads it: `.`, `..` and repeated slashes are resolved, symbolic links are not.
///
/// A relative or empty path starts at the root, the kubelet's working directory. A path that is too long for the kernel counts as the root
/// itself, because cleaning it would take longer than decoding it. Only the first components are kept; the paths in rules have no more.
package struct HostPath: Sendable {
    /// The number of components that are kept.
    private static let componentLimit = 8
    /// The length of the longest path that is cleaned, in bytes: `PATH_MAX` on Linux.
    package static let byteLimit = 4_096
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// The number of components of the cleaned path.
    private let depth: Int
    /// The first components, up to the limit.
    private let components: [Substring.UTF8View]

    /// Cleans a path as written in a manifest.
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

    /// Whether the path is the root directory.
    var isRoot: Bool { depth == 0 }

    /// Returns whether this path is the given one or a directory above it.
    func isAtOrAbove(_ path: HostPath) -> Bool {
        depth <= path.depth && sharesComponents(with: path)
    }

    /// Returns whether this path is the given one or below it.
    func isAtOrBelow(_ path: HostPath) -> Bool {
        depth >= path.depth && sharesComponents(with: path)
    }

    /// Returns whether the kept components of one path begin with those of the other.
    private func sharesComponents(with path: HostPath) -> Bool {
        zip(components, path.components).allSatisfy { $0.elementsEqual($1) }
    }

    /// Visits the components in order; `dotCount` is the component's length if it consists of dots, and 0 otherwise.
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
