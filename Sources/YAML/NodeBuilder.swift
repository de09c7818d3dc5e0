import KubernetesAPI

/// Builds the node trees of the documents in one piece of YAML text.
struct NodeBuilder: ~Copyable, ~Escapable {
    /// A value with an anchor.
    struct Anchor {
        /// `nil` until the value's end has been read.
        let node: ManifestNode?
        /// The number of nodes of the value, with aliases expanded.
        let nodeCount: Int
        /// The nesting of the value, in levels.
        let height: Int
    }

    /// The number of elements from which on a sequence gets a separate list while it is read.
    private static let longSequenceCount = 256

    private let limits: YAMLLimits
    private let nodeLimit: Int
    private let aliasedNodeLimit: Int
    private let duplicateKeys: DuplicateKeys
    /// The events of libyaml.
    var events: YAMLEvents
    /// The current event.
    private(set) var kind = YAMLEvents.Kind.streamStart
    private var anchors: [ByteKey: Anchor] = [:]
    /// The members of the mappings around the event.
    private var mappings = OpenMappings()
    /// The elements of the sequences around the event, without long ones; the innermost sequence is last.
    private var elements: [ManifestNode] = []
    /// The number of nodes of the document so far, with aliases expanded.
    var nodeCount = 0
    /// The number of these nodes that come from aliases.
    private var aliasedNodeCount = 0
    /// The deepest level since the innermost value with an anchor began.
    private var deepest = 0

    /// Starts before the first event.
    ///
    /// - Parameters:
    ///   - events: The text's events, before the first one.
    ///   - limits: The limits of each document.
    ///   - duplicateKeys: The treatment of duplicate keys.
    @_lifetime(copy events)
    init(_ events: consuming YAMLEvents, limits: YAMLLimits, duplicateKeys: DuplicateKeys = .refused) {
        self.limits = limits
        nodeLimit = max(limits.nodes, events.byteCount / YAMLLimits.bytesPerNode)
        aliasedNodeLimit = min(limits.aliasedNodes, YAMLLimits.aliasedNodesOfShortDocument + events.byteCount)
        self.duplicateKeys = duplicateKeys
        self.events = events
    }

    /// Reads the next document; `nil` at the end of the text.
    ///
    /// Text between a document and the next one belongs to it, so garbage there makes it invalid.
    mutating func nextDocument() throws(YAMLError) -> ManifestNode? {
        while kind == .streamStart { try advance() }
        guard kind == .documentStart else { return nil }
        anchors = [:]
        mappings.removeAll()
        elements.removeAll(keepingCapacity: true)
        (nodeCount, aliasedNodeCount, deepest) = (0, 0, 0)
        try advance()
        let root = try node(depth: 0)
        guard kind == .documentEnd else { throw failure(.unexpectedEvent) }
        try advance()
        return root
    }

    /// Steps to the next event.
    mutating func advance() throws(YAMLError) {
        kind = try events.next()
    }

    /// Builds an error at the current event.
    func failure(_ reason: YAMLError.Reason) -> YAMLError {
        YAMLError(reason, at: events.position)
    }

    /// Reads the value that begins at the current event, and steps behind it.
    mutating func node(depth: Int) throws(YAMLError) -> ManifestNode {
        guard let name = events.anchor(of: kind) else { return try content(depth: depth) }
        if kind == .alias { return try alias(name, depth: depth) }
        let (countBefore, deepestBefore) = (nodeCount, deepest)
        deepest = depth
        anchors[ByteKey(name)] = Anchor(node: nil, nodeCount: 0, height: 0)
        let node = try content(depth: depth)
        anchors[ByteKey(name)] = Anchor(node: node, nodeCount: nodeCount - countBefore, height: deepest - depth)
        deepest = max(deepest, deepestBefore)
        return node
    }

    /// Reads a value, ignoring its anchor.
    private mutating func content(depth: Int) throws(YAMLError) -> ManifestNode {
        nodeCount += 1
        guard nodeCount <= nodeLimit else { throw failure(.tooManyNodes(limit: nodeLimit)) }
        let position = events.position
        switch kind {
        case .scalar:
            let value = try scalar()
            try advance()
            return ManifestNode(value, at: position)
        case .sequenceStart:
            return ManifestNode(.array(try sequence(depth: depth)), at: position)
        case .mappingStart:
            return ManifestNode(.object(try mapping(depth: depth)), at: position)
        default:
            throw failure(.unexpectedEvent)
        }
    }

    /// Replaces an alias by its value.
    private mutating func alias(_ name: String, depth: Int) throws(YAMLError) -> ManifestNode {
        guard let anchor = anchors[ByteKey(name)] else { throw failure(.unknownAlias(name)) }
        guard let node = anchor.node else { throw failure(.recursiveAlias(name)) }
        guard depth + anchor.height <= limits.depth else { throw failure(.nestingTooDeep(limit: limits.depth)) }
        nodeCount += anchor.nodeCount
        aliasedNodeCount += anchor.nodeCount
        guard aliasedNodeCount <= aliasedNodeLimit else { throw failure(.tooManyAliasedNodes(limit: aliasedNodeLimit)) }
        deepest = max(deepest, depth + anchor.height)
        try advance()
        return node
    }

    /// Enters one more level.
    private mutating func descend(from depth: Int) throws(YAMLError) {
        guard depth < limits.depth else { throw failure(.nestingTooDeep(limit: limits.depth)) }
        deepest = max(deepest, depth + 1)
        try advance()
    }

    /// Reads the elements of a sequence.
    private mutating func sequence(depth: Int) throws(YAMLError) -> [ManifestNode] {
        try descend(from: depth)
        let start = elements.count
        while kind != .sequenceEnd {
            elements.append(try node(depth: depth + 1))
            guard elements.count - start < Self.longSequenceCount else {
                return try longSequence(of: elements.takeSuffix(from: start), depth: depth)
            }
        }
        try advance()
        return elements.takeSuffix(from: start)
    }

    /// Reads the rest of a sequence into a separate list, so that it is in memory only once.
    private mutating func longSequence(of first: [ManifestNode], depth: Int) throws(YAMLError) -> [ManifestNode] {
        var list = first
        while kind != .sequenceEnd { list.append(try node(depth: depth + 1)) }
        try advance()
        return list
    }

    /// Reads the members of a mapping.
    private mutating func mapping(depth: Int) throws(YAMLError) -> [ManifestNode.Member] {
        try descend(from: depth)
        var mapping = mappings.begin()
        while kind != .mappingEnd {
            let position = events.position
            if kind == .scalar && isMergeKey {
                try advance()
                try merge(into: &mapping, depth: depth + 1)
                continue
            }
            let key = try key()
            let member = ManifestNode.Member(key: key, keyPosition: position, value: try node(depth: depth + 1))
            if let first = mappings.add(member, to: &mapping, keepsRepeated: duplicateKeys == .kept) {
                throw YAMLError(.duplicateKey(key, first: first), at: position)
            }
        }
        try advance()
        return mappings.end(mapping)
    }
}

extension NodeBuilder {
    /// Whether the current scalar is `<<`, which merges other mappings into the current one.
    private var isMergeKey: Bool {
        let text = events.scalarBytes
        guard text.count == 2, text[0] == UInt8(ascii: "<"), text[1] == UInt8(ascii: "<") else { return false }
        return events.isPlain || events.scalarTag == ScalarTag.prefix + "merge"
    }

    /// Reads the value of `<<`: a mapping, or a list of mappings in which earlier ones win.
    private mutating func merge(into mapping: inout OpenMappings.Mapping, depth: Int) throws(YAMLError) {
        let position = events.position
        let isList = kind == .sequenceStart
        switch (try node(depth: depth)).value {
        case .object(let members):
            mappings.merge(members, into: &mapping)
        case .array(let elements) where isList:
            for element in elements.reversed() {
                guard case .object(let members) = element.value else { throw YAMLError(.mergeNotMapping, at: element.position) }
                mappings.merge(members, into: &mapping)
            }
        default:
            throw YAMLError(.mergeNotMapping, at: position)
        }
    }
}
