import KubernetesAPI

/// A pattern of images, compared part by part: registry and repository, then tag, then digest.
///
/// `*` matches any run of characters within its part, but no `/`, so a pattern matches only images with as many `/` as it has.
/// Images are compared as written: `nginx` and `docker.io/library/nginx` are two images here, since a node may resolve short names to any
/// registry.
package struct ImagePattern: Sendable, Equatable {
    /// The pattern as written.
    package let text: String
    private let repository: NamePattern
    private let tag: NamePattern?
    private let digest: NamePattern?
    /// Whether the pattern ends in a `*` that matches the rest of the repository and any tag and digest.
    private let isOpen: Bool

    /// Takes the pattern as written; every text is a pattern.
    package init(_ text: String) {
        let parts = ImageParts(of: text.utf8.span)
        let bytes = Array(text.utf8)
        self.text = text
        repository = NamePattern(String(decoding: bytes[..<parts.repositoryEnd], as: UTF8.self))
        tag = parts.tag.map { NamePattern(String(decoding: bytes[$0], as: UTF8.self)) }
        digest = parts.digest.map { NamePattern(String(decoding: bytes[$0], as: UTF8.self)) }
        isOpen = parts.tag == nil && parts.digest == nil && bytes.last == NamePattern.star
    }

    /// Reads a pattern that an image can match.
    ///
    /// - Throws: The first fault.
    package init(parsing text: String) throws(NameFault) {
        if let fault = NameFault.first(in: text, of: .image, isPattern: true) { throw fault }
        self.init(text)
    }

    /// Names one image and no other: as a Pod writes it, without a tag beside a digest, since nodes ignore it.
    ///
    /// With `digest`, names the image with this digest instead, in the same repository. `nil` if the image names no repository, or has a
    /// character that no image has, such as `*`; and with `digest`, if the image is written with one.
    package init?(naming image: String, running digest: String? = nil) {
        guard NameFault.first(in: image, of: .image, isPattern: false) == nil else { return nil }
        let parts = ImageParts(of: image.utf8.span)
        let bytes = Array(image.utf8)
        let repository = String(decoding: bytes[..<parts.repositoryEnd], as: UTF8.self)
        let written = parts.digest.map { String(decoding: bytes[$0], as: UTF8.self) }
        guard digest == nil || written == nil else { return nil }
        let text = (digest ?? written).map { "\(repository)@\($0)" } ?? image
        guard NameFault.first(in: text, of: .image, isPattern: false) == nil else { return nil }
        self.init(text)
        guard namesRepository else { return nil }
    }

    /// Tells whether an image matches; linear in the product of both lengths at worst, without allocation.
    package func matches(_ image: String) -> Bool {
        let bytes = image.utf8.span
        return matches(bytes, ImageParts(of: bytes))
    }

    /// As ``matches(_:)``, for an image whose parts are already known.
    func matches(_ image: Span<UInt8>, _ parts: ImageParts) -> Bool {
        guard repository.matches(image.extracting(..<parts.repositoryEnd), separator: ImageParts.slash) else { return false }
        if isOpen { return Self.hasNoSlash(image.extracting(parts.repositoryEnd...)) }
        return matchesDigest(image, parts) && matchesTag(image, parts)
    }

    /// Tells whether a digest matches.
    ///
    /// A node pulls by the digest and ignores a tag next to it, so a pattern with a tag matches no image with a digest.
    private func matchesDigest(_ image: Span<UInt8>, _ parts: ImageParts) -> Bool {
        guard let range = parts.digest else { return digest == nil }
        let rest = image.extracting(range)
        return digest?.matches(rest, separator: ImageParts.slash) ?? (isAnyTag && Self.hasNoSlash(rest))
    }

    private func matchesTag(_ image: Span<UInt8>, _ parts: ImageParts) -> Bool {
        guard let range = parts.tag else { return tag == nil }
        return tag?.matches(image.extracting(range), separator: ImageParts.slash) ?? (digest != nil)
    }

    private static func hasNoSlash(_ bytes: Span<UInt8>) -> Bool {
        bytes.indices.allSatisfy { bytes[$0] != ImageParts.slash }
    }

    private var isAnyTag: Bool { tag?.literalCount == 0 }

    /// Whether the repository is written without a `*`.
    ///
    /// Anyone can push to some repository of `quay.io/*`, and `quay.io/team/*` covers repositories that are added later.
    var namesRepository: Bool {
        let components = repository.text.utf8.split(separator: ImageParts.slash, omittingEmptySubsequences: false)
        return components.allSatisfy { !$0.isEmpty && !$0.contains(NamePattern.star) }
    }

    package static func == (first: Self, second: Self) -> Bool {
        first.text.hasSameBytes(as: second.text)
    }
}

/// The parts of an image, or of a pattern of images, as ranges of its bytes.
///
/// The first `@` begins the digest. Before it, the first `:` after the last `/` begins the tag, so the `:` of `host:5000/app` belongs to
/// the registry.
struct ImageParts {
    /// The byte between the parts of a path.
    static let slash = UInt8(ascii: "/")
    /// The byte before a tag, or before the port of a registry.
    static let colon = UInt8(ascii: ":")

    /// Where registry and repository end.
    let repositoryEnd: Int
    /// The tag without its `:`; `nil` without a tag.
    let tag: Range<Int>?
    /// The digest without its `@`; `nil` without a digest.
    let digest: Range<Int>?

    /// Finds the parts in one pass.
    init(of bytes: Span<UInt8>) {
        var end = bytes.count
        var tagStart: Int?
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "@") {
                end = index
                break
            }
            if byte == Self.slash { tagStart = nil }
            if byte == Self.colon, tagStart == nil { tagStart = index + 1 }
        }
        repositoryEnd = tagStart.map { $0 - 1 } ?? end
        tag = tagStart.map { $0..<end }
        digest = end < bytes.count ? end + 1..<bytes.count : nil
    }
}
