using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;

/// <summary>A base model with what its runs share: its candidates, and the control text in its tokens.</summary>
internal sealed class BudgetBase : IDisposable
{
    private const double Fraction = 0.2;

    private readonly RetentionProbe _probe;
    private readonly ScannedMatrix[] _lowest, _candidates;

    /// <param name="name">One of <see cref="BudgetCell.Models"/>.</param>
    public BudgetBase(string name, Setting setting)
    {
        Folder = name == "minilm" ? PretrainedModels.MiniLM : PretrainedModels.ArcticXs;
        ControlText = Path.Combine(setting.Data, "wikitext-2", "test.txt");
        Checkpoint = Checkpoint.Open(Folder);
        EncoderConfig config = EncoderConfig.Read(Checkpoint);
        var files = TokenizerFiles.Read(Folder, Checkpoint.Config);
        var samples = ControlSamples.Read(
            Checkpoint, config, HuggingFaceTokenizer.Create(files, config.VocabularySize), ControlSource.FromFile(ControlText), most: 400);
        _probe = samples.Probe(RetentionPart.Reported);
        // Into the cache that the runs use, so that none of them scans.
        ScanReport scan = CheckpointScanner.Scan(
            Checkpoint, new() { CacheDirectory = Tuning.Options(Folder, Lowest, setting).ScanCacheDirectory });
        using var classifier = SequenceClassifier.Load(Checkpoint, 2, 0, resetHead: true, resetPooler: true);
        TuningPlan plan = TuningSelection.Plan(scan, classifier, Lowest);
        _lowest = [.. plan.Selected];
        _candidates = [.. plan.Matrices.Where(planned => planned.Rank is not null).Select(planned => planned.Matrix)];
    }

    public static KappaSelection Lowest => KappaSelection.LowestFraction(Fraction);

    public string Folder { get; }

    public string ControlText { get; }

    public Checkpoint Checkpoint { get; }

    /// <summary>As many matrices of each role as the lowest κ has, of layers drawn by lot; never the lowest κ themselves.</summary>
    public KappaSelection RandomWithinRoles(int seed)
    {
        HashSet<string> lowest = [.. _lowest.Select(matrix => matrix.Name)];
        var random = new Random(seed);
        List<string> names;
        do
            names = [.. MatchedDraw.SameRoles(_lowest, _candidates, random).Select(matrix => matrix.Name)];
        while (lowest.SetEquals(names));
        return KappaSelection.LowestFraction(1) with { Include = names };
    }

    /// <summary>What a result kept, on the half of the control text that a run within a budget is measured on, too.</summary>
    public RetentionReport Measure(ClassifierModel tuned) => _probe.Measure(Checkpoint, tuned, CancellationToken.None);

    public void Dispose() => Checkpoint.Dispose();
}
