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

    /// Writes which entries come from a Secret, not from which.
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

    /// Writes the hosts that handlers name, each under its handler.
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
