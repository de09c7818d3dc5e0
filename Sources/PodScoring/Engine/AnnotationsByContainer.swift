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
