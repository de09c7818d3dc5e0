import ArgumentParser
import Cluster

/// The cluster whose policies, waivers and Namespaces a command reads.
struct PolicyClusterOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "Read the ScorePolicy and ScoreWaiver objects and the labels of Namespaces of a cluster, as kubectl reaches it."
    )
    var cluster = false

    @OptionGroup var access: ClusterAccessOptions

    /// Rejects settings of a cluster that is not asked.
    func validate() throws {
        if !cluster, let option = access.firstGiven { throw ValidationError("\(option) needs --cluster") }
    }

    /// Reads the cluster; `nil` without `--cluster`.
    func facts() async throws(CommandFailure) -> ClusterFacts? {
        guard cluster else { return nil }
        let configuration = try access.userConfiguration()
        return try await ClusterFacts.read(configuration, environment: access.environment(for: configuration))
    }
}
