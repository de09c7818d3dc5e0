/// A probe or lifecycle handler with a `host`, so that it connects to something other than the Pod.
package struct HandlerHost: Sendable, Equatable {
    /// Where the handler stands in the container.
    package enum Handler: String, Sendable, CaseIterable {
        case livenessProbe
        case readinessProbe
        case startupProbe
        case postStart = "lifecycle.postStart"
        case preStop = "lifecycle.preStop"
    }

    /// How the handler connects.
    package enum Action: String, Sendable {
        case httpGet
        case tcpSocket
    }

    /// Which probe or handler.
    package let handler: Handler
    /// How it connects.
    package let action: Action
    /// The host.
    package let host: String

    /// A host that a handler names.
    package init(handler: Handler, action: Action, host: String) {
        self.handler = handler
        self.action = action
        self.host = host
    }
}

/// The fields of a probe or handler that are read.
enum HandlerField: String, FieldName {
    case httpGet, tcpSocket

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a handler's action that are read.
enum HandlerActionField: String, FieldName {
    case host

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `lifecycle` that are read.
enum LifecycleField: String, FieldName {
    case postStart, preStop

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// Collects the hosts that a container's probes and lifecycle handlers name.
struct HandlerHosts {
    private var hosts: [HandlerHost] = []

    /// The hosts in the order of ``HandlerHost/Handler``, whatever the order of keys in the document.
    var inOrder: [HandlerHost] {
        guard hosts.count > 1 else { return hosts }
        return HandlerHost.Handler.allCases.flatMap { handler in hosts.filter { $0.handler == handler } }
    }

    /// Reads a probe or handler; a null or empty host means the Pod itself and is not kept.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(
        _ handler: HandlerHost.Handler,
        from reader: inout Reader
    ) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: HandlerField.self) {
            let action: HandlerHost.Action =
                switch field {
                case .httpGet: .httpGet
                case .tcpSocket: .tcpSocket
                }
            guard var target = try reader.beginObject() else { continue }
            while try reader.nextField(in: &target, of: HandlerActionField.self) != nil {
                guard let host = try reader.readString(), !host.isEmpty else { continue }
                try reader.makeRoom(in: &hosts)
                hosts.append(HandlerHost(handler: handler, action: action, host: host))
            }
        }
    }

    /// Reads `lifecycle`.
    mutating func readLifecycle<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: LifecycleField.self) {
            switch field {
            case .postStart: try read(.postStart, from: &reader)
            case .preStop: try read(.preStop, from: &reader)
            }
        }
    }
}
