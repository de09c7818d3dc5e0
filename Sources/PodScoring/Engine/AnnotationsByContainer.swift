package import KubernetesAPI

/// The annotations of a Pod by the container that they name, so that containers do not each search all of them.
package struct AnnotationsByContainer {
    /// The annotations that apply to the whole Pod.
    private var podWide: [Annotation] = []
    /// The other annotations, by the bytes after the slash in their names.
    private var named: [NameBytes: [Annotation]] = [:]

    /// Sorts the annotations; linear in their number.
    package init(_ annotations: [Annotation]) {
        for annotation in annotations {
            if annotation.name.isExactly(Annotation.seccompPod) {
                podWide.append(annotation)
            } else {
                named[NameBytes(annotation.name, droppingFirst: Self.lengthUpToSlash(annotation.name)), default: []].append(annotation)
            }
        }
    }

    /// Returns the annotations that apply to a container: its own and those of the whole Pod.
    package func annotations(of container: String) -> [Annotation] {
        guard let own = named[NameBytes(container)] else { return podWide }
        return podWide.isEmpty ? own : podWide + own
    }

    /// Returns the number of bytes up to and including the first slash, or of all bytes if there is no slash.
    private static func lengthUpToSlash(_ name: String) -> Int {
        let bytes = name.utf8.span
        for index in bytes.indices where bytes[index] == UInt8(ascii: "/") { return index + 1 }
        return bytes.count
    }
}

/// A name as a dictionary key, compared by its bytes.
///
/// Strings compare by canonical equivalence, and hashing an array of bytes is slow. Nearly all names are ASCII, which needs neither.
package enum NameBytes: Hashable {
    /// An ASCII name, which equals another one exactly if the bytes are equal.
    case ascii(String)
    /// Any other name.
    case other([UInt8])

    /// Creates a key from a name as written.
    package init(_ name: String) {
        let bytes = name.utf8.span
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        self = all < 0x80 ? .ascii(name) : .other(Array(name.utf8))
    }

    /// Creates a key from a name without its first bytes.
    init(_ name: String, droppingFirst count: Int) {
        self.init(String(Substring(name.utf8.dropFirst(count))))
    }
}
