using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using System.Diagnostics;

double E(string n, double d) => Environment.GetEnvironmentVariable(n) is { } s ? double.Parse(s, System.Globalization.CultureInfo.InvariantCulture) : d;
var clock = Stopwatch.StartNew();
Directory.CreateDirectory("out/spoken-digits");
var voices = Voice.FindAll(missing => Console.WriteLine($"{missing.Program} isn't installed: apt-get install {missing.Package}"));
var old = voices.Where(v => !v.IsNew).ToList(); var fresh = voices.Where(v => v.IsNew).ToList();
Console.WriteLine($"{old.Count} voices to learn from, {fresh.Count} new: {string.Join(", ", fresh)}");
var random = new Random(1);
var spoken = Speakers.Say(old, (int)E("N", 1800), "out/spoken-digits/speech", random);
var test = Speakers.Say(fresh, 300, "out/spoken-digits/speech", random);
var person = Person.Find(50, random);
Console.WriteLine($"spoken {clock.Elapsed.TotalSeconds:0} s, {spoken.Sum(u => u.Sound.Seconds) / 60:0} min");
var train = spoken.SelectMany(u => u.Changed((int)E("C", 3), random)).ToArray();
test = test.SelectMany(u => u.Changed(1, random)).ToArray();
Random.Shared.GetHashCode();
random.Shuffle(test);
Console.WriteLine($"changed {clock.Elapsed.TotalSeconds:0} s, {train.Sum(u => u.Sound.Seconds) / 60:0} min");
if (E("STOP", 0) == 1) return;
string books = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt");
SmallBase.Make("out/spoken-digits/base", books, (int)E("PS", 500), (s, t, l) => { if (s % 100 == 0) Console.WriteLine($"pretrain {s} {l:0.00} {clock.Elapsed.TotalSeconds:0} s"); });
var ml = new MLContext(1);
ml.Log += (_, e) => { if (e.Source.Contains("KappaTuneSpeech") && e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info) Console.WriteLine($"{clock.Elapsed.TotalSeconds:0} {e.Message}"); };
IDataView Rows(IEnumerable<Utterance> us) => ml.Data.LoadFromEnumerable(us.Select(u => new Row { Audio = u.Sound.Samples, Label = u.Said }).ToArray());
var val = Rows(test.Take(100));
using var model = ml.Transforms.KappaTuneSpeech(new()
{
    BaseModel = "out/spoken-digits/base",
    Input = SpeechInput.Samples,
    SampleRate = Sound.Rate,
    Sound = new() { SampleRate = Sound.Rate, Bands = 40, LowestFrequency = 100 },
    Fusion = new() { EncoderSize = (int)E("ES", 160), Convolutions = 2, ResidualBlocks = (int)E("RB", 3), EncoderLayers = (int)E("EL", 0), StackedVectors = 2, ProjectorSize = 256, EncoderLearningRate = E("ELR", 1e-3), ProjectorLearningRate = E("PLR", 2e-3) },
    EncoderEpochs = (int)E("EE", 3),
    MaxEpochs = (int)E("ME", 3),
    BatchSize = (int)E("B", 16),
    LearningRate = E("LR", 2e-3),
    Selection = KappaSelection.LowestFraction(E("F", 0.3)),
    ValidationSet = val,
    RetentionText = books,
    Seed = 1,
}).Fit(Rows(train));
Console.WriteLine(model.Report);
Console.WriteLine($"trained {clock.Elapsed.TotalSeconds:0} s");
foreach (var (name, set) in new[] { ("new", test), ("person", person!), ("old", train.Take(200).ToArray()) })
{
    string[] heard = [.. model.Transform(Rows(set)).GetColumn<string>("Transcript")];
    Console.WriteLine($"{name}: WER {TranscriptErrors.Sum(set.Zip(heard, (u, h) => TranscriptErrors.Of(u.Said, h))).Words.Value:0.000}");
    foreach (var g in set.Zip(heard).GroupBy(x => x.First.By))
        Console.WriteLine($"   {g.Key}: {TranscriptErrors.Sum(g.Select(x => TranscriptErrors.Of(x.First.Said, x.Second))).Words.Value:0.000} of {g.Count()}");
    foreach (var (u, h) in set.Zip(heard).Where(x => x.First.Said != x.Second).Take(name == "person" ? 40 : 12)) Console.WriteLine($"      {u.By}: {u.Said} -> {h}");
}
Console.WriteLine($"end {clock.Elapsed.TotalSeconds:0} s");

sealed class Row { public float[] Audio { get; set; } = []; public string Label { get; set; } = ""; }
