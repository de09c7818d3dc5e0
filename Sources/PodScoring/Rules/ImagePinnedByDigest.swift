import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container names its image by digest.
    package static let imagePinnedByDigest = Rule(
        id: "ImagePinnedByDigest",
        selector: "containers[] .image | test(\"@sha256:|@sha512:\")",
        polarity: .positive,
        scope: .container,
        kinds: [],
        reason: "A tag can be moved to another image at any time; a digest always names the same image.",
        fix: "write the image as NAME@sha256:DIGEST",
        fixClass: .value,
        adjustments: [
            "Each new version of the image needs its new digest in the manifest; update tools can write it."
        ],
        example: """
            containers:
              - name: app
                image: registry.example.com/app@sha256:YOUR-DIGEST
            """,
        references: [
            "https://kubernetes.io/docs/concepts/containers/images/#image-names",
            "https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests",
        ],
        blindSpot: "A manifest does not show whether another admission webhook replaces its tags with digests."
    )
}

/// The checks of ``Rule/imagePinnedByDigest``.
enum ImagePinnedByDigest {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!\(.container).image.matches(\(literal: ImageDigest.pattern))")

    /// Holds if every image ends with a digest, with or without a tag before it.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let tooShort = ImageDigest.tooShortByteCount
        // A short reference is not copied.
        return subject.everyContainer(.image, reading: { $0.image.utf8.count > tooShort ? $0.image : nil }) { image in
            ContainerVerdict(image.map { ImageDigest.isAtEnd(of: $0) } ?? false)
        }
    }
}
