package import KubernetesAPI

/// The annotations of a Pod by the container that they name, so that many containers don't each have to look at all of them.
package struct AnnotationsByContainer {
    /// Those of no single container.
    private var podWide: [Annotation] = []
    /// By the bytes behind the slash of the annotation's name.
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

    /// The annotations that say something of a container: its own and those of the whole Pod.
    package func annotations(of container: String) -> [Annotation] {
        guard let own = named[NameBytes(container)] else { return podWide }
        return podWide.isEmpty ? own : podWide + own
    }

    /// The number of bytes up to the first slash, with it; all of them where there is none.
    private static func lengthUpToSlash(_ name: String) -> Int {
        let bytes = name.utf8.span
        for index in bytes.indices where bytes[index] == UInt8(ascii: "/") { return index + 1 }
        return bytes.count
    }
}

/// A name that an object gives to something, to be looked up among others; equal when the bytes are equal.
///
/// Strings compare by canonical equivalence, and hashing bytes one by one is slow. ASCII, which nearly all names are, needs neither.
package enum NameBytes: Hashable {
    /// A name that is the same as another one just when its bytes are.
    case ascii(String)
    /// Any other name.
    case other([UInt8])

    /// Takes a name as written.
    package init(_ name: String) {
        let bytes = name.utf8.span
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        self = all < 0x80 ? .ascii(name) : .other(Array(name.utf8))
    }

    /// Takes what stands behind the first bytes of a name.
    init(_ name: String, droppingFirst count: Int) {
        self.init(String(Substring(name.utf8.dropFirst(count))))
    }
}
