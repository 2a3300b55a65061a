// Teaches a small language model to hear: strings of one to five digits and short commands, said by speech synthesizers. It is tested on
// voices that it has never heard and, where Debian's asterisk-core-sounds-en-wav is installed, on a person.
// usage: dotnet run --project samples/SpokenDigits [quick]
//        quick: the same with little data, to see that all parts work; it learns nothing.
// Needs Debian's espeak-ng, and hears people better with flite and festival. Leaves out/spoken-digits/index.html, a page to look at and
// listen to, model.zip, the language model (base), and what was spoken (speech), which another run takes up.
using Microsoft.ML;
using Microsoft.ML.KappaTune;

if (args is not ([] or ["quick"]))
{
    Console.Error.WriteLine("usage: SpokenDigits [quick]");
    return 2;
}

const string Folder = "out/spoken-digits", ModelFile = $"{Folder}/model.zip", PageFile = $"{Folder}/index.html";
Sizes sizes = args.Length > 0 ? Sizes.Quick : Sizes.Full;
var times = new Times();
IReadOnlyList<Voice> voices = Voice.FindAll(missing => Console.WriteLine(
    $"{missing.Program} isn't installed, so its voices are left out. To have them: apt-get install {missing.Package}"));
if (!voices.Any(voice => voice.Synthesizer is EspeakNg))
{
    Console.Error.WriteLine("This sample needs espeak-ng: apt-get install espeak-ng");
    return 1;
}

// What is learnt from, and what it is tested on: other voices, and the same voices' changes of sound.
var random = new Random(1);
Utterance[] spoken = Speakers.Say([.. voices.Where(voice => !voice.IsNew)], sizes.Utterances, $"{Folder}/speech", random);
Utterance[] tested = Speakers.Say([.. voices.Where(voice => voice.IsNew)], sizes.Tested, $"{Folder}/speech", random);
Utterance[]? person = Person.Find(strings: sizes.Tested / 5, random);
if (person is null)
    Console.WriteLine($"There is no person to test it on. To have one: apt-get install {Person.Package}");
Utterance[] training = [.. spoken.SelectMany(utterance => utterance.Changed(sizes.Changes, random))];
tested = [.. tested.SelectMany(utterance => utterance.Changed(1, random))];
random.Shuffle(tested);
Console.WriteLine(
    $"{voices.Count(voice => !voice.IsNew)} voices to learn from say {training.Length} utterances, "
    + $"{training.Sum(utterance => utterance.Sound.Seconds) / 60:0} minutes; "
    + $"{voices.Count(voice => voice.IsNew)} others are for the test.");
times.Add("Speech made");

string books = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt");
(string baseModel, string unread) = SmallBase.Obtain(Folder, books, sizes.BaseSteps);
times.Add("Language model pre-trained");

var mlContext = new MLContext(seed: 1);
mlContext.Log += (_, e) => Show.EncoderAlone(e.RawMessage);
var curve = new List<(int Step, double Errors)>();
var estimator = mlContext.Transforms.KappaTuneSpeech(new()
{
    BaseModel = baseModel,
    Input = SpeechInput.Samples,
    SampleRate = Sound.Rate,
    Sound = new() { SampleRate = Sound.Rate, Bands = 40, LowestFrequency = 100 },
    Fusion = new()
    {
        EncoderSize = 160,
        Convolutions = 2,                       // 25 states a second, enough for characters
        ResidualBlocks = 3,
        StackedVectors = 2,
        ProjectorSize = 256,
        ProjectorLearningRate = 2e-3,
    },
    EncoderEpochs = sizes.EncoderEpochs,        // the encoder learns characters first, which takes a third of the steps
    MaxEpochs = sizes.Epochs,
    BatchSize = 16,
    Selection = KappaSelection.LowestFraction(0.2) with { Grouping = SelectionGrouping.PerRole },
    LearningRate = 5e-4,
    ValidationSet = Rows(tested.Take(sizes.Watched)),
    RetentionText = unread,                     // what is kept of the base's language
    Progress = at => Show.Progress(at, curve),
});
using var model = estimator.Fit(Rows(training));
times.Add("Trained to hear");

mlContext.Model.Save(model, Rows(training).Schema, ModelFile);
using var loaded = (KappaTuneSpeechTransformer)mlContext.Model.Load(ModelFile, out _);
using var engine = mlContext.Model.CreatePredictionEngine<Recording, Heard>(loaded);
List<Group> groups = [Group.Of("new voices", tested.Skip(sizes.Watched), Hear)];
if (person is not null)
    groups.Add(Group.Of("a person", person, Hear));
times.Add("Tested");

RetentionChange text = model.Report.Retention!.BitsPerByte!;
Page.Write(PageFile, "A small language model learns to hear", new(groups, curve, (text.Before.Value, text.After.Value), times.All));
foreach (Group group in groups)
    Console.WriteLine($"Word errors of {group.Name}: {group.WordErrors:0.0 %} in {group.Hearings.Count} utterances");
Console.WriteLine($"Text: {text.Before.Value:0.00} bits a byte of unread pages before, {text.After.Value:0.00} after");
Console.WriteLine($"Written: {PageFile}");
return 0;

IDataView Rows(IEnumerable<Utterance> utterances) => mlContext.Data.LoadFromEnumerable(utterances.Select(Recording.Of).ToArray());

string Hear(Utterance utterance) => engine.Predict(Recording.Of(utterance)).Transcript;
