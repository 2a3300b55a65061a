using System.Collections.Concurrent;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Threads on each of which the tensor library computes alone. They don't come from the thread pool, because the library's count of threads
/// is a setting of each thread and would stay behind there. They are kept, because setting up a new one costs a tenth of a small matrix's
/// time. Thread-safe.
/// </summary>
internal sealed class SingleThreadWorkers : IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    public SingleThreadWorkers(int count)
    {
        int setting = get_num_threads();
        using var ready = new CountdownEvent(count);
        _threads = [.. Enumerable.Range(1, count).Select(number =>
            new Thread(() => Serve(ready)) { IsBackground = true, Name = $"KappaTune worker {number}" })];
        foreach (Thread thread in _threads)
            thread.UnsafeStart(); // without the caller's execution context, which it may outlive
        ready.Wait();
        set_num_threads(setting); // new threads start with what any thread has set last
    }

    /// <summary>Runs <paramref name="work"/> on one of the threads, and waits for its result; its exception is the caller's.</summary>
    public T Run<T>(Func<T> work)
    {
        var task = new Task<T>(work);
        _tasks.Add(task);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs <paramref name="work"/> on each index; returns when all have ended, even if one of them failed.</summary>
    public void Run(IEnumerable<int> indices, Action<int> work)
    {
        Task[] tasks = [.. indices.Select(index => new Task(() => work(index)))];
        foreach (Task task in tasks)
            _tasks.Add(task);
        Task.WhenAll(tasks).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _tasks.CompleteAdding();
        foreach (Thread thread in _threads)
            thread.Join();
        _tasks.Dispose();
    }

    private void Serve(CountdownEvent ready)
    {
        _ = get_num_threads(); // a thread's first call copies what others have set, so it has to come before its own setting
        set_num_threads(1);
        ready.Signal();
        foreach (Task task in _tasks.GetConsumingEnumerable())
            task.RunSynchronously(TaskScheduler.Default);
    }
}
