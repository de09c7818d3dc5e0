package import KubernetesAPI
package import YAML

/// Why a document is broken, and where.
package enum ManifestError: Error, Sendable, Equatable {
    case yaml(YAMLError)
    /// The text is no JSON, or a field does not have the type of its kind.
    case decoding(DecodingFailure)
}

extension ManifestError {
    /// Where the problem begins.
    package var position: Position {
        switch self {
        case .yaml(let error): error.position
        case .decoding(let failure): failure.location.positionOrStart
        }
    }

    /// Whether the text can be parsed, and what it says is wrong: a field's type, a key that stands there twice.
    package var isAboutContent: Bool {
        switch self {
        case .yaml(let error):
            if case .duplicateKey = error.reason { true } else { false }
        case .decoding(let failure):
            if case .duplicateKey = failure.reason { true } else { failure.isAboutContent }
        }
    }

    /// Whether it is a field that has the wrong type or value.
    package var isAboutField: Bool {
        if case .decoding(let failure) = self { failure.isAboutContent } else { false }
    }

    /// One line without a position, fit to follow `FILE:LINE:COLUMN: `.
    package var message: String {
        switch self {
        case .yaml(let error): error.reason.description
        case .decoding(let failure): failure.reason.description
        }
    }
}

extension DecodingFailure.Location {
    /// The line and column; nodes always have one.
    fileprivate var positionOrStart: Position {
        switch self {
        case .position(let position): position
        case .byteOffset: Position(line: 1, column: 1)
        }
    }
}
