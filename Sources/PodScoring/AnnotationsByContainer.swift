package import KubernetesAPI

/// The annotations of a Pod by the container that they name, so that many containers don't each have to look at all of them.
package struct AnnotationsByContainer {
    /// Those of no single container.
    private var podWide: [Annotation] = []
    /// By the bytes behind the slash of the annotation's name.
    private var named: [[UInt8]: [Annotation]] = [:]

    /// Sorts the annotations; linear in their number.
    package init(_ annotations: [Annotation]) {
        for annotation in annotations {
            if annotation.name.isExactly(Annotation.seccompPod) {
                podWide.append(annotation)
            } else {
                named[Array(annotation.name.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst()), default: []].append(annotation)
            }
        }
    }

    /// The annotations that say something of a container: its own and those of the whole Pod.
    package func annotations(of container: String) -> [Annotation] {
        podWide + (named[Array(container.utf8)] ?? [])
    }
}
