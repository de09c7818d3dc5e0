package import KubernetesAPI

/// Why a YAML document could not be read, and where.
package struct YAMLError: Error, Sendable, Equatable {
    /// The reason.
    package enum Reason: Sendable, Equatable {
        /// The text is not YAML; both texts are libyaml's, the second says what it was reading and from which line on.
        case syntax(problem: String, context: String?)
        /// A flow mapping or flow sequence does not go on as YAML allows; `bracket` is the position of its opening bracket.
        case unfinishedCollection(problem: String, bracket: Position)
        /// A spelling that Kubernetes' tools read and we cannot, see decision 7.
        case unreadableSpelling
        /// A line that begins with `---` and is a marker for some readers but not for others.
        case doubtfulMarker
        /// The bytes are neither UTF-8 nor UTF-16, or hold a control character.
        case encoding(problem: String)
        case nestingTooDeep(limit: Int)
        /// The document has more values and keys than any Kubernetes object, for its length.
        case tooManyNodes(limit: Int)
        /// More `%TAG` lines than any document needs.
        case tooManyTagDirectives(limit: Int)
        /// The aliases of the document stand for too many nodes.
        case tooManyAliasedNodes(limit: Int)
        case unknownAlias(String)
        /// The alias is inside of the value that it names.
        case recursiveAlias(String)
        case duplicateKey(String, first: Position)
        /// A mapping or a sequence is used as a key.
        case keyNotScalar
        /// A null or an integer beyond 64 bits is used as a key.
        case unsupportedKey
        /// The value of `<<` is neither a mapping nor a list of mappings.
        case mergeNotMapping
        /// `.inf` or `.nan`, which JSON does not have.
        case numberNotFinite
        /// The value does not have the type that its tag names.
        case tagMismatch(tag: String)
        case outOfMemory
        /// libyaml's events have an order that its grammar excludes; no document can cause it.
        case unexpectedEvent
    }

    /// The reason.
    package let reason: Reason
    /// Where it begins.
    package let position: Position

    /// Where it begins.
    package init(_ reason: Reason, at position: Position) {
        self.reason = reason
        self.position = position
    }
}

extension YAMLError.Reason: CustomStringConvertible {
    /// One line without a position, fit to follow `FILE:LINE:COLUMN: `.
    package var description: String {
        switch self {
        case .syntax(let problem, let context): context.map { "\(problem), \($0)" } ?? problem
        case .unfinishedCollection(let problem, let bracket):
            "\(problem); the bracket at line \(bracket.line), column \(bracket.column) is not closed, or a comma is missing"
        case .unreadableSpelling:
            "kubectl reads this, but other YAML readers do not: write ' instead of \\', or quote the text that ends with a colon"
        case .doubtfulMarker: "only a comment may follow --- at the beginning of a line; kubectl rejects this line"
        case .encoding(let problem): problem
        case .nestingTooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooManyNodes(let limit): "more than \(limit) values and keys"
        case .tooManyTagDirectives(let limit): "more than \(limit) %TAG directives"
        case .tooManyAliasedNodes(let limit): "aliases expand to more than \(limit) values"
        case .unknownAlias(let name): "alias *\(name.cut(toBytes: String.echoByteLimit)) has no anchor before it"
        case .recursiveAlias(let name): "alias *\(name.cut(toBytes: String.echoByteLimit)) is inside of the value that it names"
        case .duplicateKey(let key, let first):
            "duplicate key \(key.quoted(toBytes: String.echoByteLimit)), first on line \(first.line)"
        case .keyNotScalar: "a key must be a single value, not a mapping or a list"
        case .unsupportedKey: "a key must be a string, a boolean or a number of 64 bits"
        case .mergeNotMapping: "the value of << must be a mapping or a list of mappings"
        case .numberNotFinite: "a manifest cannot contain infinity or not-a-number"
        case .tagMismatch(let tag): "the value is not a \(tag)"
        case .outOfMemory: "out of memory"
        case .unexpectedEvent: "internal error: unexpected parser event"
        }
    }
}

extension YAMLError {
    /// Whether the text is not YAML, for Kubernetes' tools as well.
    ///
    /// Duplicate keys, limits and bytes that are not text are no such errors: some tool may read the document.
    package var isAboutSyntax: Bool {
        switch reason {
        case .syntax, .unfinishedCollection, .keyNotScalar: true
        case .unreadableSpelling, .doubtfulMarker, .encoding, .nestingTooDeep, .tooManyNodes, .tooManyTagDirectives, .tooManyAliasedNodes,
            .unknownAlias,
            .recursiveAlias, .duplicateKey, .unsupportedKey, .mergeNotMapping, .numberNotFinite, .tagMismatch, .outOfMemory,
            .unexpectedEvent:
            false
        }
    }
}

extension YAMLError: CustomStringConvertible {
    /// `LINE:COLUMN: what`.
    package var description: String { "\(position): \(reason)" }
}
