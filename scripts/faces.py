#!/usr/bin/env python3
"""Finds the face in every clip of a dataset and writes the tables that `microfold import` takes.

    faces.py data/frames faces                           every folder of frames below data/frames is a clip
    faces.py data/frames faces --table data/clips.csv    the clips that a table names by their paths

Written into the second folder:

    boxes.csv        for --crop: name,width,height,x,y; and rotation, the slope of the line between the eyes, in degrees
                     clockwise, for people
    landmarks.csv    for --landmarks: the 68 points of each clip's onset frame, in pixels of the whole frame
    sheet-1.png …    the surroundings of each face with its box and points: look at all of them

Clips without a face, with two faces, or with a face that jumps from one frame to the next are listed. The exit status
is 1 if no clip has a face, and 2 if the frames or the table cannot be used.

It needs MediaPipe, whose package has its models in it: it uses no network.

    python3 -m venv faces-venv && faces-venv/bin/pip install mediapipe==0.10.21      with Python 3.9 to 3.12
"""

import argparse
import contextlib
import csv
import math
import os
import re
import sys
from pathlib import Path

try:
    import cv2
    import mediapipe
    import numpy as np
except ImportError as error:
    if not {"--help", "-h"} & set(sys.argv):
        print(f"faces.py: {error}: pip install mediapipe==0.10.21, with Python 3.9 to 3.12", file=sys.stderr)
        sys.exit(2)

IMAGES = (".jpg", ".jpeg", ".png", ".bmp")
VIDEOS = (".avi", ".mp4", ".m4v", ".mov", ".mkv", ".mpg", ".mpeg", ".wmv", ".webm")

# The vertices of MediaPipe's face mesh, of 478, at the 68 points of the iBUG scheme; of two, the mean. As in
# https://github.com/PeizhiYan/Mediapipe_2_Dlib_Landmarks, where both halves of the jaw are now mirror images.
IBUG = [
    # The jaw from the left of the picture over the chin to the right.
    (127,), (234,), (93,), (132, 58), (58, 172), (136,), (150,), (176,), (152,),
    (400,), (379,), (365,), (288, 397), (361, 288), (323,), (454,), (356,),
    # Brows; bridge of the nose and its lower edge.
    (70,), (63,), (105,), (66,), (107,), (336,), (296,), (334,), (293,), (300,),
    (168, 6), (197, 195), (5,), (4,), (98,), (97,), (2,), (326,), (327,),
    # Eyes; outer and inner edge of the lips.
    (33,), (160,), (158,), (133,), (153,), (144,), (362,), (385,), (387,), (263,), (373,), (380,),
    (61,), (39,), (37,), (0,), (267,), (269,), (291,), (321,), (314,), (17,), (84,), (91,),
    (78,), (82,), (13,), (312,), (308,), (317,), (14,), (87,),
]


class Problem(Exception):
    """What is wrong with the input, in one line."""


def is_frame(file):
    return file.suffix.lower() in IMAGES and not file.name.startswith(".") and bool(re.search(r"\d", file.stem))


def numbered(folder):
    """The frames of a folder with their numbers, ascending; the number is the one that varies most in the names."""
    files = [file for file in folder.iterdir() if is_frame(file)] if folder.is_dir() else []
    if not files:
        raise Problem(f"{folder}: is neither a folder of numbered pictures nor a video")
    numbers = [[int(digits) for digits in re.findall(r"\d+", file.stem)] for file in files]
    places = range(-min(map(len, numbers)), 0)
    place = max(places, key=lambda place: (len({own[place] for own in numbers}), place))
    return sorted((own[place], file) for own, file in zip(numbers, files))


class Clip:
    """A folder of frames or a video, and the frames of it that matter; None for the first and the last."""

    def __init__(self, path, name, onset=None, offset=None):
        self.path, self.name, self.onset, self.offset = path, name, onset, offset

    def frames(self):
        """Name and picture (BGR, turned as its EXIF data say) of each frame from onset to offset."""
        if self.path.suffix.lower() in VIDEOS and self.path.is_file():
            video = cv2.VideoCapture(str(self.path))
            index, (is_there, picture) = 0, video.read()
            while is_there and (self.offset is None or index <= self.offset):
                if index >= (self.onset or 0):
                    yield f"frame {index}", picture
                index, (is_there, picture) = index + 1, video.read()
            return
        files = numbered(self.path)
        numbers = [number for number, _ in files]
        first = 0 if self.onset is None else self._index(self.onset, numbers)
        last = len(files) - 1 if self.offset is None else self._index(self.offset, numbers)
        for _, file in files[first:last + 1]:
            # Not imread, which cannot open every name on every system.
            picture = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise Problem(f"{file}: cannot be decoded")
            yield file.name, picture

    def _index(self, number, numbers):
        """Where a frame is: by the number in its name, else counted from 1."""
        if number not in numbers and not 1 <= number <= len(numbers):
            raise Problem(f"has no frame {number}; its files are numbered {numbers[0]} to {numbers[-1]}")
        return numbers.index(number) if number in numbers else number - 1


def clips_below(root):
    """Every folder with frames, named by its path below the root."""
    folders = sorted({file.parent for file in root.rglob("*") if is_frame(file)} - {root})
    if not folders:
        raise Problem(f"{root}: has no folders of numbered pictures; name the folder that the clips' folders are in")
    return [Clip(folder, folder.relative_to(root).as_posix()) for folder in folders]


def clips_of(table, root):
    """The clips of a table with the column `path`, and perhaps `name`, `onset` and `offset`."""
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines() or [""]
    except UnicodeDecodeError:
        raise Problem(f"{table}: is not UTF-8 text; save the table as CSV") from None
    separator = max(",;\t", key=lines[0].count)
    header = [cell.strip().lower() for cell in next(csv.reader(lines[:1], delimiter=separator))]
    if "path" not in header:
        raise Problem(f"{table}: has no column `path`; its columns are {', '.join(header)}")
    clips = []
    for cells in csv.reader(lines[1:], delimiter=separator):
        row = dict(zip(header, map(str.strip, cells)))
        if row.get("path"):
            path = row["path"].replace("\\", "/")
            marks = (row.get(key) or row.get(f"{key} frame") or "" for key in ("onset", "offset"))
            clips.append(Clip(root / path, row.get("name") or path, *(int(m) if m.isdigit() else None for m in marks)))
    return clips


class Face:
    """A face, from the 478 vertices of its mesh, `[478, 2]` in pixels."""

    def __init__(self, mesh):
        self.points = np.array([mesh[list(vertices)].mean(axis=0) for vertices in IBUG])
        self.eyes = np.array([self.points[36:42].mean(axis=0), self.points[42:48].mean(axis=0)])
        self.low, self.high = mesh.min(axis=0), mesh.max(axis=0)
        self.size = max(self.high - self.low)
        right, down = self.eyes[1] - self.eyes[0]
        self.rotation = math.degrees(math.atan2(down, right))

    def box(self, picture, margin):
        """Width, height, x and y of a square around the face, moved into the picture where it would leave it."""
        height, width = picture.shape[:2]
        side = max(1, min(round(self.size * (1 + 2 * margin)), width, height))
        middle = (self.low + self.high) / 2
        x, y = (min(max(0, round(at - side / 2)), size - side) for at, size in zip(middle, (width, height)))
        return side, side, x, y

    def movement(self, before):
        """How far the eyes are from where they were, as a share of the distance between them."""
        moved = np.linalg.norm(self.eyes - before.eyes, axis=1).max()
        return moved / np.linalg.norm(before.eyes[1] - before.eyes[0])


@contextlib.contextmanager
def silence():
    """Keeps off the terminal what MediaPipe's libraries tell of themselves; errors are exceptions."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class Detector:
    """MediaPipe's face mesh, on one picture at a time."""

    def __init__(self):
        with silence():
            solutions = mediapipe.solutions
            self.mesh = solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True)
            self.distant = solutions.face_detection.FaceDetection(model_selection=1)
            self.faces(np.zeros((64, 64, 3), np.uint8))

    def faces(self, picture):
        """The faces of a picture, two at most, the largest first."""
        with silence():
            # The mesh's own detector finds faces from about a sixth of the picture's width; others are cut out first.
            faces = self._meshes(picture, 0, 0)
            faces = faces or [face for part in self._parts(picture) for face in self._meshes(*part)]
        return sorted(faces, key=lambda face: -face.size)[:2]

    def _meshes(self, picture, x, y):
        """The faces in a part of a picture whose upper left corner is at x, y."""
        height, width = picture.shape[:2]
        side = max(height, width)
        # MediaPipe turns faces in units of width and height, which must be the same.
        square = cv2.copyMakeBorder(picture, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT)
        found = self.mesh.process(cv2.cvtColor(square, cv2.COLOR_BGR2RGB)).multi_face_landmarks or []
        # It counts from the edge of the first pixel, the import from that pixel's centre.
        return [Face(np.array([(at.x, at.y) for at in face.landmark]) * side - 0.5 + (x, y)) for face in found]

    def _parts(self, picture):
        """The surroundings of distant faces, and their corners."""
        size = np.array([picture.shape[1], picture.shape[0]])
        for face in self.distant.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).detections or []:
            box = face.location_data.relative_bounding_box
            corner, span = np.array([box.xmin, box.ymin]) * size, np.array([box.width, box.height]) * size
            (x, y), (right, bottom) = np.maximum(corner - span / 2, 0).astype(int), (corner + 1.5 * span).astype(int)
            if right > x and bottom > y:
                yield picture[y:bottom, x:right], x, y


def examine(clip, detector, jump):
    """The onset frame of a clip, the face in it or None, and what a person should know about the clip."""
    first, onset, last, remarks, doubled, missing, count = None, None, None, [], 0, 0, 0
    for count, (label, picture) in enumerate(clip.frames(), 1):
        faces = detector.faces(picture)
        doubled += len(faces) > 1
        missing += not faces
        if count == 1:
            first, onset = picture, faces[0] if faces else None
            if onset is None:
                return first, None, ["no face in its onset frame"]
        if faces:
            # Of two, the one that is nearest to where the face was.
            face = onset if last is None else min(faces, key=lambda face: face.movement(last))
            if last is not None and face.movement(last) > jump:
                distance = face.movement(last)
                remarks.append(f"the face jumps at {label}, by {distance:.2f} of the distance between the eyes")
            last = face
    if count == 0:
        raise Problem("has no frames between onset and offset")
    if doubled:
        remarks.insert(0, f"two faces in {doubled} of {count} frames; the larger one of the onset frame is used")
    if missing:
        remarks.append(f"no face in {missing} of {count} frames")
    return first, onset, remarks


SIDE, COLUMNS, ROWS = 240, 8, 6


def cell(name, picture, face, box, is_doubtful):
    """A clip's place on the contact sheet: green, or red where there are remarks."""
    result, colour = np.full((SIDE + 20, SIDE, 3), 255, np.uint8), (0, 0, 255) if is_doubtful else (0, 160, 0)
    corner = np.zeros(2, int)
    if face is not None:
        # The box and half of it on each side.
        width, height, x, y = box
        corner = np.maximum((x - width // 2, y - height // 2), 0)
        picture = picture[corner[1]:y + height + height // 2, corner[0]:x + width + width // 2]
    scale = SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:SIDE, :SIDE]
    if face is not None:
        (left, top), (right, bottom) = (np.round((np.array(at) - corner) * scale).astype(int).tolist()
                                        for at in ((x, y), (x + width, y + height)))
        cv2.rectangle(small, (left, top), (right - 1, bottom - 1), colour)
        for point in np.round((face.points - corner) * scale).astype(int).tolist():
            cv2.circle(small, point, 1, (255, 255, 0), -1)
    result[:small.shape[0], :small.shape[1]] = small
    cv2.putText(result, name[-36:], (2, SIDE + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.37, colour, 1, cv2.LINE_AA)
    return result


def write_sheet(path, cells):
    cells = cells + [np.full_like(cells[0], 255)] * (-len(cells) % COLUMNS)
    rows = [np.hstack(cells[start:start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
    cv2.imencode(".png", np.vstack(rows))[1].tofile(path)


def write_table(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def run(options):
    if not options.frames.is_dir():
        raise Problem(f"{options.frames}: is no folder")
    clips = clips_of(options.table, options.frames) if options.table else clips_below(options.frames)
    options.output.mkdir(parents=True, exist_ok=True)
    detector, cells, sheets, doubtful = Detector(), [], 0, 0
    boxes = [["name", "width", "height", "x", "y", "rotation"]]
    landmarks = [["name", "width", "height"] + [f"{axis}_{index}" for index in range(len(IBUG)) for axis in "xy"]]
    for number, clip in enumerate(clips, 1):
        try:
            picture, face, remarks = examine(clip, detector, options.jump)
        except (Problem, OSError) as error:
            picture, face, remarks = np.full((SIDE, SIDE, 3), 128, np.uint8), None, [str(error)]
        box = face and face.box(picture, options.margin)
        if face:
            boxes.append([clip.name, *box, f"{face.rotation:.1f}"])
            height, width = picture.shape[:2]
            landmarks.append([clip.name, width, height] + [f"{value:.2f}" for value in face.points.flat])
        for remark in remarks:
            print(f"{clip.name}: {remark}", flush=True)
        doubtful += bool(remarks)
        cells.append(cell(clip.name, picture, face, box, bool(remarks)))
        if len(cells) == COLUMNS * ROWS or number == len(clips):
            sheets += 1
            write_sheet(options.output / f"sheet-{sheets}.png", cells)
            cells = []
    write_table(options.output / "boxes.csv", boxes)
    write_table(options.output / "landmarks.csv", landmarks)
    print(f"{len(clips)} clips: a face in {len(boxes) - 1}, {doubtful} to be looked at; {options.output} has "
          f"boxes.csv, landmarks.csv and the contact sheets 1 to {sheets}")
    return 0 if len(boxes) > 1 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frames", type=Path, help="the folder that the clips are in, as --source of the import")
    parser.add_argument("output", type=Path, help="the folder that is written")
    parser.add_argument("--table", type=Path, help="a CSV table of the clips: path, and perhaps name, onset, offset")
    parser.add_argument("--margin", type=float, default=0.1, help="of boxes around the face, a share of its size (0.1)")
    parser.add_argument("--jump", type=float, default=0.25,
                        help="a movement between two frames that is listed, a share of the eyes' distance (0.25)")
    options = parser.parse_args()
    try:
        return run(options)
    except (Problem, OSError) as error:
        print(f"faces.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
