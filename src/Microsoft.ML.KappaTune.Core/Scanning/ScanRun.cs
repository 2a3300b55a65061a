using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>One scan: lists the matrices, puts them in order, and solves them wave by wave while the next one is read and hashed.</summary>
internal sealed class ScanRun
{
    private readonly Checkpoint _checkpoint;
    private readonly ScanOptions _options;
    private readonly Device _device;
    private readonly CancellationToken _cancellation;
    private readonly ScanCache? _cache;
    private readonly int _threads;
    private readonly ParallelOptions _parallel;
    private readonly Dictionary<TensorSlice, ScannedMatrix> _found = [];
    private readonly Dictionary<(long Rows, long Columns), HalfColumnTrial> _trials = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public ScanRun(Checkpoint checkpoint, ScanOptions options, Device device, CancellationToken cancellation)
    {
        _checkpoint = checkpoint;
        _options = options;
        _device = device;
        _cancellation = cancellation;
        _cache = options.CacheDirectory is { } folder ? new(folder) : null;
        _threads = ThreadSetting.CountOf(options.Threads);
        _parallel = new() { MaxDegreeOfParallelism = _threads, CancellationToken = cancellation };
    }

    public ScanReport Run()
    {
        ScannedMatrix[] matrices = [.. MatrixList.From(_checkpoint, _options.Selection.Fused)];
        IReadOnlyList<ScannedMatrix> candidates = Selector.Candidates(matrices, _options.Selection);
        var cut = RankingCut.Create(_options, candidates);
        ILookup<string, ScannedMatrix> byTensor = candidates.ToLookup(matrix => matrix.Name, StringComparer.Ordinal);
        Dictionary<string, int> parts = ScanParts.Assign(
            _checkpoint.Weights.Select(t => (t.Name, byTensor[t.Name].Sum(ScanBatch.CostOf))), _options.PartCount);
        bool IsMine(string tensor) => parts[tensor] == _options.Part;

        ScanBatch[] batches = [.. InOrder(_checkpoint.Weights.Where(t => IsMine(t.Name) && byTensor.Contains(t.Name)), byTensor)
            .SelectMany(t => ScanBatch.Split(t, [.. byTensor[t.Name]], _device.type == DeviceType.CUDA))];
        (int computed, int cached) = Solve(batches, cut);
        return new ScanReport
        {
            Model = _checkpoint.Path,
            Fingerprint = ModelFingerprint.Compute(_checkpoint),
            Selection = _options.Selection,
            Matrices = [.. matrices.Where(m => IsMine(m.Name)).Select(m => _found.GetValueOrDefault(m.Slice, m))
                .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Expert).ThenBy(m => m.PartStart)],
            Precision = _options.Precision,
            Device = _device.ToString(),
            Computed = computed,
            Cached = cached,
            Elapsed = _clock.Elapsed,
            Part = _options.Part,
            PartCount = _options.PartCount,
            Warnings = [.. UnknownFields.OfModel(_checkpoint), .. LeftWhole(matrices)],
        };
    }

    /// <summary>What was to be taken by parts and has none that are known.</summary>
    private IEnumerable<string> LeftWhole(ScannedMatrix[] matrices)
    {
        string[] whole = _options.Selection.Fused == FusedMatrices.Whole ? []
            : [.. matrices.Where(matrix => matrix.Part is null && FusedTensors.IsFused(matrix)).Select(matrix => matrix.Name).Distinct()];
        if (whole.Length > 0)
        {
            yield return $"{_checkpoint.Path}: {whole.Length} fused tensors are taken whole, {whole[0]} first: their parts lie in turns, "
                + "can't be read, or are of sizes that the configuration doesn't say.";
        }
    }

    /// <summary>
    /// Orders tensors as they lie in the files or, for a ranking, by the κ that their shape has by chance: low values found early lower the
    /// cut for the others.
    /// </summary>
    private IEnumerable<LogicalTensor> InOrder(IEnumerable<LogicalTensor> tensors, ILookup<string, ScannedMatrix> candidates)
    {
        if (_options.Precision != ScanPrecision.Ranking)
            return tensors;
        return tensors.OrderBy(t =>
        {
            ScannedMatrix matrix = candidates[t.Name].First();
            return _options.Selection.Score == SelectionScore.Kappa ? GaussianConditionNumber.Expected(matrix.Rows, matrix.Columns) : 1;
        });
    }

    private (int Computed, int Cached) Solve(ScanBatch[] batches, RankingCut? cut)
    {
        var progress = new ScanTracker(_options.Progress, batches);
        ScanWave[] waves = ScanWave.Plan(batches, _threads, _device.type == DeviceType.CUDA, onePerThread: cut is not null);
        using SingleThreadWorkers? workers = waves.Any(wave => wave.OneThreadEach) ? new(Math.Min(_threads, batches.Length)) : null;
        Task<ContentKey[]?[]>? ahead = null;
        int done = 0;
        try
        {
            for (int i = 0; i < waves.Length; i++)
            {
                _cancellation.ThrowIfCancellationRequested();
                ScanBatch[] wave = waves[i].Batches;
                ContentKey[]?[] keys = (ahead ?? ReadAhead(wave)).GetAwaiter().GetResult();
                ahead = i + 1 < waves.Length ? ReadAhead(waves[i + 1].Batches) : null;

                // The cut stays the same within a wave, so that results don't depend on which batch ends first.
                double[] above = [.. wave.Select(batch => cut is null ? double.PositiveInfinity : batch.Matrices.Max(cut.ValueFor))];
                ConditionNumber[]?[] known = [.. wave.Select((_, j) => Recall(keys[j], above[j]))], numbers = [.. known];
                HalfColumnTrial?[] trials = [.. wave.Select(batch => TrialsOf(batch).Pays ? new HalfColumnTrial() : null)];
                waves[i].Run(Enumerable.Range(0, wave.Length).Where(j => known[j] is null), workers,
                    j => numbers[j] = Compute(wave[j], above[j], trials[j]));
                for (int j = 0; j < wave.Length; j++)
                {
                    _cancellation.ThrowIfCancellationRequested();
                    if (known[j] is null)
                        _cache?.Add(keys[j], numbers[j]!);
                    Record(wave[j], numbers[j]!, cut);
                    if (trials[j] is { } trial)
                        TrialsOf(wave[j]).Add(trial);
                    done++;
                    progress.Done(wave[j], known[j] is not null, isLast: done == batches.Length || batches[done].Tensor != wave[j].Tensor);
                }
            }
        }
        finally
        {
            // Reading ahead uses the mapped files, which are closed after this.
            if (ahead is not null)
                Task.WaitAny(ahead);
        }

        return (progress.Computed, progress.Cached);
    }

    private HalfColumnTrial TrialsOf(ScanBatch batch)
    {
        ref HalfColumnTrial? trials = ref CollectionsMarshal.GetValueRefOrAddDefault(_trials, (batch.Rows, batch.Columns), out _);
        return trials ??= new();
    }

    /// <summary>
    /// Brings batches' bytes into the system's memory, though not yet into this process's, and hashes them for the cache.
    /// </summary>
    private Task<ContentKey[]?[]> ReadAhead(ScanBatch[] wave) => Task.Run(() => Array.ConvertAll(wave, batch =>
    {
        batch.Tensor.Prefetch(batch.FirstRead, batch.ReadCount);
        return _cache is null ? null : ContentKey.Compute(batch, _parallel);
    }));

    /// <summary>
    /// Finds a whole batch in the cache, or nothing: solved beside the same others every time, a matrix has the same value every time.
    /// </summary>
    private ConditionNumber[]? Recall(ContentKey[]? keys, double above)
    {
        if (keys is null)
            return null;
        var numbers = new ConditionNumber[keys.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!_cache!.TryGet(keys[i], above, out numbers[i]))
                return null;
        }

        return numbers;
    }

    private ConditionNumber[] Compute(ScanBatch batch, double above, HalfColumnTrial? trial)
    {
        _cancellation.ThrowIfCancellationRequested();
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor stack = TensorLoader.Load(batch, _parallel);
        return ConditionNumberSolver.Solve(_device.type == DeviceType.CPU ? stack : stack.to(_device), above, trial);
    }

    private void Record(ScanBatch batch, ConditionNumber[] numbers, RankingCut? cut)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!numbers[i].IsFinite && _options.NonFinite == NonFiniteHandling.Error)
                throw NotFinite(batch, i);
            ScannedMatrix matrix = batch.Matrices[i].With(numbers[i]);
            _found.Add(matrix.Slice, matrix);
            cut?.Add(matrix);
        }
    }

    private static CheckpointFormatException NotFinite(ScanBatch batch, int index)
    {
        double[] values = new double[1 << 16];
        foreach ((long first, long count) in batch.Runs(index))
        {
            for (long begin = first; begin < first + count; begin += values.Length)
            {
                Span<double> block = values.AsSpan(0, (int)Math.Min(values.Length, first + count - begin));
                batch.Tensor.Read(begin, block);
                if (FiniteCheck.IndexOfNotFinite(block) is var i and >= 0)
                {
                    LogicalTensor tensor = batch.Tensor;
                    return FiniteCheck.NotFinite(tensor.File, tensor.Name, tensor.Shape, begin + i, block[i], FiniteCheck.ScanRemedy);
                }
            }
        }

        throw new UnreachableException($"{batch.Matrices[index].Id} is finite.");
    }
}
