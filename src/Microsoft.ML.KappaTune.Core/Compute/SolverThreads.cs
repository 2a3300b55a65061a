using System.Collections.Concurrent;
using Microsoft.ML.KappaTune.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Threads on each of which the tensor library uses that one alone. They last as long as a scan: its setting is one of the thread and
/// must not stay behind in the pool, and what it sets up for a new thread costs a tenth of a small matrix's time.
/// </summary>
internal sealed class SolverThreads : IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    public SolverThreads(int count)
    {
        int setting = get_num_threads();
        using var ready = new CountdownEvent(count);
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() => Serve(ready)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
        ready.Wait();
        set_num_threads(setting); // new threads start with what any thread has set last
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
        _ = get_num_threads(); // a thread's first use takes over what others have set, which must not come after this
        set_num_threads(1);
        ready.Signal();
        foreach (Task task in _tasks.GetConsumingEnumerable())
            task.RunSynchronously(TaskScheduler.Default);
    }
}
