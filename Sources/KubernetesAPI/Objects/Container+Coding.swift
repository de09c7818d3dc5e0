/// The fields of a container that are read.
enum ContainerField: String, FieldName {
    case name, image, restartPolicy, securityContext, resources, ports, env, envFrom
    case livenessProbe, readinessProbe, startupProbe, lifecycle

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a container port that are read.
enum ContainerPortField: String, FieldName {
    case hostPort

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of an environment entry that are read.
enum EnvironmentField: String, FieldName {
    case valueFrom, secretRef

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `valueFrom` that are read.
enum ValueFromField: String, FieldName {
    case secretKeyRef

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension Container: ManifestReadable {
    /// Reads one container; null reads as a container without settings.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        var handlers = HandlerHosts()
        while let field = try reader.nextField(in: &object, of: ContainerField.self) {
            switch field {
            case .name: name = try reader.readString() ?? ""
            case .image: image = try reader.readString() ?? ""
            case .restartPolicy: isRestartable = try reader.readString() == "Always"
            case .securityContext: try securityContext.read(from: &reader)
            case .resources: try resources.read(from: &reader)
            case .ports: hostPorts = try Self.readHostPorts(from: &reader)
            case .env: try readEnvironment(from: &reader, field: .valueFrom)
            case .envFrom: try readEnvironment(from: &reader, field: .secretRef)
            case .livenessProbe: try handlers.read(.livenessProbe, from: &reader)
            case .readinessProbe: try handlers.read(.readinessProbe, from: &reader)
            case .startupProbe: try handlers.read(.startupProbe, from: &reader)
            case .lifecycle: try handlers.readLifecycle(from: &reader)
            }
        }
        handlerHosts = handlers.inOrder
    }

    /// Reads the ports with a `hostPort`.
    private static func readHostPorts<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [HostPort] {
        guard var array = try reader.beginArray() else { return [] }
        var ports: [HostPort] = []
        var index = 0
        while try reader.nextElement(in: &array) {
            if var object = try reader.beginObject() {
                while try reader.nextField(in: &object, of: ContainerPortField.self) != nil {
                    guard let hostPort = try reader.readInteger() else { continue }
                    try reader.makeRoom(in: &ports)
                    ports.append(HostPort(index: index, hostPort: hostPort))
                }
            }
            index += 1
        }
        return ports
    }

    /// Reads `env` or `envFrom`, whose entries name a Secret under `valueFrom.secretKeyRef` and `secretRef`.
    ///
    /// In ``secretReferences`` variables stand before sources, whatever their order in the document.
    private mutating func readEnvironment<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader,
        field wanted: EnvironmentField
    ) throws(DecodingFailure) {
        guard var array = try reader.beginArray() else { return }
        var references: [SecretReference] = []
        var index = 0
        while try reader.nextElement(in: &array) {
            if var object = try reader.beginObject() {
                while let field = try reader.nextField(in: &object, of: EnvironmentField.self) {
                    guard field == wanted else {
                        _ = try reader.skipValue()
                        continue
                    }
                    switch field {
                    case .valueFrom:
                        guard try Self.readsSecretKey(from: &reader) else { continue }
                        try reader.makeRoom(in: &references)
                        references.append(.variable(index: index))
                    case .secretRef:
                        guard try reader.skipObjectOrNull() else { continue }
                        try reader.makeRoom(in: &references)
                        references.append(.source(index: index))
                    }
                }
            }
            index += 1
        }
        guard !secretReferences.isEmpty else { return secretReferences = references }
        try reader.keep(references.count * MemoryLayout<SecretReference>.stride)
        secretReferences.insert(contentsOf: references, at: wanted == .valueFrom ? 0 : secretReferences.count)
    }

    /// Tells whether `valueFrom` has a `secretKeyRef`.
    private static func readsSecretKey<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> Bool
    {
        guard var object = try reader.beginObject() else { return false }
        var isSecret = false
        while try reader.nextField(in: &object, of: ValueFromField.self) != nil {
            isSecret = try reader.skipObjectOrNull()
        }
        return isSecret
    }
}

extension Container {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.nonempty("name", name)
        json.nonempty("image", image)
        if isRestartable { json.member("restartPolicy", "Always") }
        if securityContext != SecurityContext() { json.object("securityContext", securityContext.writeMembers) }
        resources.write(to: &json)
        json.sparseObjects("ports", hostPorts.map { ($0.index, $0.hostPort) }) { port, json in json.member("hostPort", Int(port)) }
        writeEnvironment(to: &json)
        writeHandlers(to: &json)
    }

    /// Writes which entries come from a Secret, without the Secret's name.
    private func writeEnvironment(to json: inout JSONWriter) {
        var variables: [(Int, Void)] = []
        var sources: [(Int, Void)] = []
        for reference in secretReferences {
            switch reference {
            case .variable(let index): variables.append((index, ()))
            case .source(let index): sources.append((index, ()))
            }
        }
        json.sparseObjects("env", variables) { _, json in
            json.object("valueFrom") { json in json.object("secretKeyRef") { _ in } }
        }
        json.sparseObjects("envFrom", sources) { _, json in json.object("secretRef") { _ in } }
    }

    /// Writes the hosts of handlers, each under its handler.
    private func writeHandlers(to json: inout JSONWriter) {
        for handler in [HandlerHost.Handler.livenessProbe, .readinessProbe, .startupProbe] {
            writeHosts(of: handler, named: handler.rawValue, to: &json)
        }
        let isWritten = handlerHosts.contains { $0.handler == .postStart || $0.handler == .preStop }
        guard isWritten else { return }
        json.object("lifecycle") { json in
            writeHosts(of: .postStart, named: "postStart", to: &json)
            writeHosts(of: .preStop, named: "preStop", to: &json)
        }
    }

    private func writeHosts(of handler: HandlerHost.Handler, named name: String, to json: inout JSONWriter) {
        let hosts = handlerHosts.filter { $0.handler == handler }
        guard !hosts.isEmpty else { return }
        json.object(name) { json in
            for host in hosts { json.object(host.action.rawValue) { $0.member("host", host.host) } }
        }
    }
}
