import ArgumentParser
import Cluster
import Platform

/// The cluster whose objects are read.
struct ClusterOptions: ParsableArguments {
    @Flag(name: .long, help: "Also take ScorePolicy and ScoreWaiver objects of the cluster; files win over them.")
    var cluster = false

    @OptionGroup var access: ClusterAccessOptions

    /// Rejects settings of a cluster that is not asked.
    func validate() throws {
        if !cluster, let option = access.firstGiven { throw ValidationError("\(option) needs --cluster") }
    }
}

/// How the API server of a cluster is reached.
struct ClusterAccessOptions: ParsableArguments {
    @Option(name: .long, help: "The kubeconfig file with the API server's address.", completion: .file())
    var kubeconfig: String?

    @Option(name: .long, help: "The context of the kubeconfig (default: its current-context).")
    var context: String?

    /// The first option that was given.
    var firstGiven: String? {
        kubeconfig != nil ? "--kubeconfig" : context != nil ? "--context" : nil
    }

    /// How a server reaches the API server: with the service account of its Pod, unless an option says otherwise.
    func serverConfiguration() throws(CommandFailure) -> ClusterConfiguration {
        try firstGiven == nil ? serviceAccount() : userConfiguration()
    }

    /// How a user reaches the API server: as kubectl does.
    func userConfiguration() throws(CommandFailure) -> ClusterConfiguration {
        let configuration: ClusterConfiguration?
        do throws(KubeconfigProblem) {
            let files = try KubeconfigFiles().load(
                path: kubeconfig,
                variable: EnvironmentVariable.named("KUBECONFIG"),
                home: EnvironmentVariable.named("HOME")
            )
            configuration = files.isEmpty && firstGiven == nil ? nil : try files.configuration(of: context)
        } catch {
            throw CommandFailure("\(error)")
        }
        if let configuration { return configuration }
        return try serviceAccount()
    }

    /// The services of this process for requests to that API server.
    func environment(for configuration: ClusterConfiguration) -> ClientEnvironment {
        var environment = ClientEnvironment()
        environment.runPlugin = PluginProgram.run
        environment.unreachableAdvice = ProxyVariables.advice(for: configuration.server) { EnvironmentVariable.named($0) }
        return environment
    }

    private func serviceAccount() throws(CommandFailure) -> ClusterConfiguration {
        do throws(ServiceAccount.Problem) {
            return try ServiceAccount().configuration()
        } catch {
            throw CommandFailure("no cluster to ask: \(error); outside of a Pod use --kubeconfig")
        }
    }
}
