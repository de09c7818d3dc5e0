/// Runs the parts of tasks with a function that is given, such as one that hands them to a thread.
///
/// A class because tasks refer to it. Keep it until the tasks that run on it have ended.
package final class JobExecutor: TaskExecutor {
    private let submit: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Hands each part to `submit`, which has to run it once, one after the other if the tasks need that.
    package init(submit: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.submit = submit
    }

    /// Hands over a part of a task.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        submit {
            // Safety: the task that the part belongs to keeps the executor.
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
