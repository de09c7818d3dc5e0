import AdmissionPolicy
import KubernetesAPI

/// The patterns of the images of an owner, sorted, each of one image alone.
///
/// Images are compared as a Pod writes them. So there is a pattern of the image as it is written; and one of the digest that runs, for the day
/// on which the Pod is pinned to it. An image that is written with a digest needs only that.
struct WaivedImages {
    /// Why there is no waiver for the images.
    enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        /// The image is not named as a waiver must name one.
        case unnameable(String)
        /// A waiver as an object of a cluster can list no more.
        case tooMany(limit: Int)

        /// One line.
        var description: String {
            switch self {
            case .unnameable(let image): "image \"\(DisplayText.oneLine(image, byteLimit: 200))\" names no repository"
            case .tooMany(let limit): "it has more than \(limit) images"
            }
        }
    }

    /// The most images that the CustomResourceDefinition of waivers allows.
    static let limit = 128

    /// The patterns.
    let patterns: [ImagePattern]

    /// The patterns for the images of all containers.
    init(of images: [AuditedImage]) throws(Problem) {
        var written: [String] = []
        var running: [String] = []
        for image in images {
            guard let pattern = ImagePattern(naming: image.reference) else { throw .unnameable(image.reference) }
            written.append(pattern.text)
            if let pattern = image.digest.flatMap({ ImagePattern(naming: image.reference, running: $0) }) { running.append(pattern.text) }
        }
        let all = (written + running).inByteOrder
        let kept = all.count <= Self.limit ? all : written.inByteOrder
        guard kept.count <= Self.limit else { throw .tooMany(limit: Self.limit) }
        patterns = kept.map { ImagePattern($0) }
    }
}
